import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { expect, onTestFinished, test } from 'vitest';
import { openWorkerSocket } from '../src/metrics/worker-sockets.ts';

function newFolder() {
  const folder = temporaryFolder('sockets');
  onTestFinished(() => folder.remove());
  const metrics = join(folder.path, 'metrics');
  mkdirSync(metrics, { recursive: true });
  const open = () =>
    openWorkerSocket({ service: 'booking-service', dataFolder: folder.path, snapshot: async () => [] });
  return { dataFolder: folder.path, metrics, open };
}

test('a worker that is just opening its socket is not taken for dead by one that asks', async () => {
  const { dataFolder, metrics, open } = newFolder();
  const asker = fork(join(import.meta.dirname, 'fixtures/ask-worker-sockets.ts'), [dataFolder], { execArgv: [] });
  onTestFinished(() => void asker.kill('SIGKILL'));
  await once(asker, 'message');
  const lost: number[] = [];
  for (let round = 0; round < 150; round += 1) {
    const own = await open();
    // By then the asker has looked at this folder again.
    await own.others();
    if (readdirSync(metrics).filter((name) => name.endsWith('.sock')).length !== 2) lost.push(round);
    await own.stop();
  }
  expect(asker.exitCode).toBe(null);
  expect(lost).toEqual([]);
});

test('the counts of those that ended are kept while a sibling is there, though it does not answer', async () => {
  const { metrics, open } = newFolder();
  const silent = createServer(() => undefined).listen(join(metrics, 'booking-service-silent.sock'));
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const ended = join(metrics, 'booking-service-before.ended');
  writeFileSync(ended, '[]');
  const own = await open();
  expect(existsSync(ended)).toBe(true);
  await own.stop();
});

test('the counts of those that ended go when nobody is there any more', async () => {
  const { metrics, open } = newFolder();
  const ended = join(metrics, 'booking-service-before.ended');
  writeFileSync(ended, '[]');
  const own = await open();
  expect(existsSync(ended)).toBe(false);
  await own.stop();
  expect(readdirSync(metrics)).toEqual([expect.stringMatching(/^booking-service-[0-9a-f]{12}\.ended$/)]);
});
