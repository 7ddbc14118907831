import { connect } from 'node:net';

/** What came back on one connection until the other side closed it. */
export type RawAnswer = { readonly text: string; readonly statuses: readonly number[]; readonly closed: boolean };

/**
 * Sends bytes as they are on a connection of its own, and reads until the other side closes it, or until nothing more
 * came for `idleMs` (then `closed` is false).
 */
export function sendRaw(port: number, bytes: string | readonly string[], idleMs = 1_500): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      for (const part of typeof bytes === 'string' ? [bytes] : bytes) socket.write(part, 'latin1');
    });
    const end = (closed: boolean) => {
      socket.destroy();
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
      resolve({ text, statuses, closed });
    };
    socket.setTimeout(idleMs, () => end(false));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}
