import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freePort } from '../src/free-port.ts';

const modulePath = new URL('../src/free-port.ts', import.meta.url).href;

describe('freePort', () => {
  test('never hands out a port twice, also over more than one block', async () => {
    const ports = await Promise.all(Array.from({ length: 100 }, freePort));
    expect(new Set(ports).size).toBe(100);
  });

  test('hands out ports that can be listened on', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  test('passes over a port that somebody else listens on', async () => {
    const next = (await freePort()) + 1;
    const stranger = createServer().listen(next, '127.0.0.1');
    await once(stranger, 'listening');
    expect(await freePort()).not.toBe(next);
    stranger.close();
  });

  test('hands out different ports to processes that ask at the same time', async () => {
    const ports = (await Promise.all(Array.from({ length: 4 }, portsOfAnotherProcess))).flat();
    expect(ports).toHaveLength(40);
    expect(new Set([...ports, await freePort()]).size).toBe(41);
  });
});

/** Ten ports of a process that holds on to them long enough for all to overlap. */
async function portsOfAnotherProcess(): Promise<number[]> {
  const script = `
    import { freePort } from '${modulePath}';
    const ports = [];
    for (let count = 0; count < 10; count += 1) ports.push(await freePort());
    console.log(JSON.stringify(ports));
    setTimeout(() => {}, 1500);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout);
}
