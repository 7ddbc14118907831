import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { describeWithServer } from '../src/suite-availability.ts';
import { processesOf } from './processes-of.ts';

const source = new URL('../src/', import.meta.url).href;

describeWithServer('servers whose test run is interrupted', 'redis', () => {
  let run: ReturnType<typeof startRun> | undefined;
  afterEach(() => run?.kill('SIGKILL'));

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('die with it on %s, and their files go', async (signal) => {
    run = startRun('redis');
    const folder = await folderOf(run);
    expect(processesOf(folder)).not.toEqual([]);
    run.kill(signal);
    await eventually(() => expect(processesOf(folder)).toEqual([]));
    await eventually(() => expect(existsSync(folder)).toBe(false));
  });

  test('die with it when it ends without stopping them', async () => {
    run = startRun('redis', 'process.exit(0)');
    const folder = await folderOf(run);
    await eventually(() => expect(processesOf(folder)).toEqual([]));
    await eventually(() => expect(existsSync(folder)).toBe(false));
  });
});

describeWithServer('a RabbitMQ whose test run is interrupted', 'rabbitmq', () => {
  test('dies with all its helpers, also those that left its process group', async () => {
    const run = startRun('rabbitmq');
    const folder = await folderOf(run);
    expect(processesOf(folder).length).toBeGreaterThan(3);
    run.kill('SIGKILL');
    await eventually(() => expect(processesOf(folder)).toEqual([]));
    await eventually(() => expect(existsSync(folder)).toBe(false));
  });
});

/** A process that starts a server, prints its folder and then goes on for ever. */
function startRun(kind: 'redis' | 'rabbitmq', then = 'setInterval(() => {}, 1000)') {
  const start = { redis: 'startRedis', rabbitmq: 'startRabbitmq' }[kind];
  const script = `
    import { ${start} } from '${source}${kind}-server.ts';
    const server = await ${start}();
    process.stdout.write(server.folder);
    ${then}
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function folderOf(run: ReturnType<typeof startRun>): Promise<string> {
  const [folder] = await once(run.stdout, 'data');
  return String(folder);
}
