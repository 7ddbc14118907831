import { connect } from 'node:net';
import { requireProgram } from './binaries.ts';
import { freePort } from './free-port.ts';
import { type PrivateServer, startPrivateServer } from './private-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A private Redis that writes every command to its append-only file. */
export type RedisServer = PrivateServer & {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
};

/** Starts an empty Redis; takes about 0.1 seconds. */
export async function startRedis(): Promise<RedisServer> {
  const program = requireProgram('redis-server');
  const folder = temporaryFolder('redis');
  const port = await freePort();
  const server = await startPrivateServer({
    title: 'Redis',
    program,
    parameters: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder.path,
      '--save',
      '',
      '--appendonly',
      'yes',
    ],
    folder,
    probe: () => ping(port),
  });
  return { ...server, url: `redis://127.0.0.1:${port}`, port, folder: folder.path };
}

/** Asks by hand, so that no Redis client is needed here. While Redis reads its file it answers -LOADING. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 }, () => socket.write('PING\r\n'));
    socket.once('timeout', () => socket.destroy(new Error('Redis did not answer PING within 1 s.')));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString() === '+PONG\r\n') resolve();
      else reject(new Error(`Redis answered PING with ${answer}`));
    });
    socket.once('close', () => reject(new Error('Redis closed the connection.')));
  });
}
