import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { type RedisServer, startRedis } from '../src/redis-server.ts';
import { describeWithServer } from '../src/suite-availability.ts';
import { processesOf } from './processes-of.ts';

describeWithServer('a private Redis', 'redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test('has its data after a restart and after a crash', async () => {
    expect(await send('SET first 1')).toBe('+OK');
    await server.restart();
    expect(await send('SET second 2')).toBe('+OK');
    await server.kill();
    await expect(send('GET first')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await send('MGET first second')).toBe('*2\r\n$1\r\n1\r\n$1\r\n2');
  });

  test('leaves no process and no file behind when it stops', async () => {
    expect(processesOf(server.folder)).not.toEqual([]);
    await server.stop();
    await eventually(() => expect(processesOf(server.folder)).toEqual([]));
    expect(existsSync(server.folder)).toBe(false);
  });

  async function send(command: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${command}\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).trimEnd();
  }
});
