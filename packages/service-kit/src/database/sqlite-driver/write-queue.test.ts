import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WriteQueue } from './write-queue.ts';

function join(queue: WriteQueue, name: string, log: string[]): void {
  queue.wait({
    askedAtMs: performance.now(),
    onTurn: () => log.push(name),
    onRefusal: (error) => log.push(`${name}: ${error.message}`),
  });
}

test('gives the turn in the order of asking, one at a time', async () => {
  const queue = new WriteQueue(10_000);
  const log: string[] = [];
  expect(queue.takeNow()).toBe(true);
  join(queue, 'first', log);
  join(queue, 'second', log);
  expect(queue.takeNow()).toBe(false);
  queue.passOn();
  await turnOfTheLoop();
  expect(log).toEqual(['first']);
  queue.passOn();
  await turnOfTheLoop();
  expect(log).toEqual(['first', 'second']);
  queue.passOn();
  expect(queue.takeNow()).toBe(true);
});

test('nobody overtakes between passing on and the next start', () => {
  const queue = new WriteQueue(10_000);
  queue.takeNow();
  join(queue, 'first', []);
  queue.passOn();
  expect(queue.takeNow()).toBe(false);
});

test('refuses those who waited for the deadline behind a writer that never ends, and lives on', async () => {
  const queue = new WriteQueue(40);
  const log: string[] = [];
  queue.takeNow();
  join(queue, 'first', log);
  join(queue, 'second', log);
  await eventually(() => expect(log).toHaveLength(2));
  expect(log[0]).toMatch(/^first: SQLITE_BUSY: database is locked: .+ 40 ms$/);
  expect(queue.length).toBe(0);
  join(queue, 'third', log);
  queue.passOn();
  await turnOfTheLoop();
  expect(log[2]).toBe('third');
});

test('does not count the wait while writers ahead get the lock', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const queue = new WriteQueue(60);
  const log: string[] = [];
  queue.takeNow();
  join(queue, 'patient', log);
  for (let round = 0; round < 8; round++) {
    vi.advanceTimersByTime(20);
    queue.noteLockGained();
  }
  expect(log).toEqual([]);
  // And from the last of them on it counts again.
  vi.advanceTimersByTime(70);
  expect(log).toEqual([expect.stringMatching(/^patient: SQLITE_BUSY/)]);
});

test('refuses at once when 10,000 wait already', () => {
  const queue = new WriteQueue(10_000);
  const log: string[] = [];
  queue.takeNow();
  for (let waiting = 0; waiting < 10_000; waiting++) join(queue, 'one', log);
  join(queue, 'one too many', log);
  expect(log).toEqual(['one too many: SQLITE_BUSY: 10000 writes are waiting already']);
  expect(queue.length).toBe(10_000);
  while (queue.length > 0) queue.passOn();
});
