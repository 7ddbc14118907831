import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHitCounter } from './hit-counter.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(() => {
  folder = temporaryFolder('hits');
  file = join(folder.path, 'limits.sqlite');
});
afterEach(() => folder.remove());

const hitTogether = (counter: ReturnType<typeof openHitCounter>, key: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => counter.take(key, 1, 60_000)));

describe('a hit counter', () => {
  test('counts every hit once, each with its own number', async () => {
    const counter = openHitCounter(file);
    const hits = await hitTogether(counter, 'a', 1_000);
    expect(hits.map((hit) => hit.count).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
    expect((await counter.take('b', 1, 60_000)).count).toBe(1);
    counter.close();
  });

  test('begins a new window when the old one has ended, and keeps its end until then', async () => {
    let nowMs = 1_000_000;
    const counter = openHitCounter(file, () => nowMs);
    expect(await counter.take('a', 1, 60_000)).toEqual({ count: 1, resetsAtMs: 1_060_000 });
    nowMs = 1_059_999;
    expect(await counter.take('a', 1, 60_000)).toEqual({ count: 2, resetsAtMs: 1_060_000 });
    expect(await counter.read('a')).toEqual({ count: 2, resetsAtMs: 1_060_000 });
    nowMs = 1_060_000;
    expect(await counter.read('a')).toBeUndefined();
    expect(await counter.take('a', 1, 60_000)).toEqual({ count: 1, resetsAtMs: 1_120_000 });
    counter.close();
  });

  test('counts several at once, and takes back what belongs to the present window alone', async () => {
    let nowMs = 1_000_000;
    const counter = openHitCounter(file, () => nowMs);
    expect(await counter.take('a', 10, 60_000)).toEqual({ count: 10, resetsAtMs: 1_060_000 });
    await counter.giveBack('a', 4, 1_060_000);
    expect((await counter.take('a', 1, 60_000)).count).toBe(7);
    nowMs = 1_060_000;
    expect((await counter.take('a', 3, 60_000)).count).toBe(3);
    await counter.giveBack('a', 3, 1_060_000);
    expect((await counter.read('a'))?.count).toBe(3);
    counter.close();
  });

  test('removes what has ended, some at a time, and nothing else', async () => {
    let nowMs = 0;
    const counter = openHitCounter(file, () => nowMs);
    await Promise.all(Array.from({ length: 450 }, (_, index) => counter.take(`old ${index}`, 1, 60_000)));
    nowMs = 60_001;
    await counter.take('new', 1, 60_000);
    expect([counter.removeEnded(), counter.removeEnded(), counter.removeEnded(), counter.removeEnded()]).toEqual([
      200, 200, 50, 0,
    ]);
    expect((await counter.read('new'))?.count).toBe(1);
    counter.close();
  });

  test('waits for another that writes, without blocking, and fails when that takes too long', async () => {
    const counter = openHitCounter(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = counter.take('a', 1, 60_000);
    const ticks = countTicks();
    setTimeout(() => other.exec('COMMIT'), 60);
    expect((await waiting).count).toBe(1);
    // A wait that blocks lets the clock tick not even once.
    expect(ticks()).toBeGreaterThan(2);
    other.exec('BEGIN IMMEDIATE');
    await expect(counter.take('a', 1, 60_000)).rejects.toThrow(/locked/);
    other.exec('COMMIT');
    expect((await counter.take('a', 1, 60_000)).count).toBe(2);
    other.close();
    counter.close();
  });

  test('starts anew on a file that is broken', async () => {
    writeFileSync(file, 'no database at all, but long enough to be taken for one'.repeat(100));
    const counter = openHitCounter(file);
    expect((await counter.take('a', 1, 60_000)).count).toBe(1);
    counter.close();
  });
});

/** How often the event loop came round since. */
function countTicks(): () => number {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  return () => {
    clearInterval(timer);
    return ticks;
  };
}
