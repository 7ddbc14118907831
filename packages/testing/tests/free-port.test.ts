import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
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
    const asking = Array.from({ length: 4 }, portsOfAnotherProcess);
    const ports = (await Promise.all(asking.map(({ ports }) => ports))).flat();
    expect(ports).toHaveLength(40);
    expect(new Set([...ports, await freePort()]).size).toBe(41);
    for (const { end } of asking) end();
  });
});

/** Ten ports of a process that holds on to them until it is told to end. */
function portsOfAnotherProcess(): { ports: Promise<number[]>; end: () => void } {
  const script = `
    import { freePort } from '${modulePath}';
    const ports = [];
    for (let count = 0; count < 10; count += 1) ports.push(await freePort());
    console.log(JSON.stringify(ports));
    process.stdin.resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ports = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line) as number[]);
  return { ports, end: () => child.stdin.end() };
}
