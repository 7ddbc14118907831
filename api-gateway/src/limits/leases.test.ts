import { join } from 'node:path';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HitCounter, openHitCounter } from './hit-counter.ts';
import { createLeases } from './leases.ts';

const windowMs = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let counter: HitCounter;
let nowMs: number;

beforeEach(() => {
  folder = temporaryFolder('leases');
  nowMs = 1_000_000;
  counter = openHitCounter(join(folder.path, 'limits.sqlite'), () => nowMs);
});
afterEach(() => {
  counter.close();
  folder.remove();
});

/** Leases of one process, and how often it asked the counter. */
function process(limit: number) {
  let asked = 0;
  const counted = {
    ...counter,
    take: (key: string, hits: number, ms: number) => {
      asked += 1;
      return counter.take(key, hits, ms);
    },
  };
  return { ...createLeases(counted, { limit, windowMs }, () => nowMs), asked: () => asked };
}

/** How many of so many hits are within the limit. */
async function admitted(leases: ReturnType<typeof process>, key: string, hits: number, limit: number) {
  let within = 0;
  for (let hit = 0; hit < hits; hit++) if ((await leases.hit(key)).count <= limit) within += 1;
  return within;
}

describe('the hits of several processes', () => {
  test.each([100, 300, 1_000, 20_000])('are let in as many as %i, wherever they arrive', async (limit) => {
    const all = [process(limit), process(limit), process(limit), process(limit)];
    const within = await Promise.all(all.map((one) => admitted(one, 'a', Math.ceil(limit / 3), limit)));
    expect(within.reduce((sum, count) => sum + count, 0)).toBe(limit);
  });

  test('are let in but for a hundredth when three of four have taken a portion and come no more', async () => {
    const limit = 4_000;
    const [first, ...others] = [process(limit), process(limit), process(limit), process(limit)];
    for (const other of others) await admitted(other, 'a', 3, limit);
    const within = (await admitted(first, 'a', limit, limit)) + 9;
    expect(within).toBeLessThan(limit);
    expect(within).toBeGreaterThanOrEqual(limit * 0.99);
  });

  test('have a number each', async () => {
    const limit = 1_000_000;
    const all = [process(limit), process(limit)];
    const hits = await Promise.all(Array.from({ length: 2_000 }, (_, index) => all[index % 2]?.hit('a')));
    expect(new Set(hits.map((hit) => hit?.count)).size).toBe(2_000);
  });
});

describe('a portion', () => {
  test('is asked for once for many hits, and one by one for who comes seldom', async () => {
    const leases = process(1_000_000);
    await admitted(leases, 'a', 640, 1_000_000);
    expect(leases.asked()).toBeLessThan(15);
    for (let hit = 0; hit < 5; hit++) {
      nowMs += 2_000;
      await leases.hit('seldom');
    }
    expect((await counter.read('seldom'))?.count).toBe(5);
  });

  test('goes back when nobody hit its key for a while, and when the process ends', async () => {
    const leases = process(1_000_000);
    await admitted(leases, 'a', 3, 1_000_000);
    expect((await counter.read('a'))?.count).toBeGreaterThan(3);
    await leases.giveBackIdle();
    expect((await counter.read('a'))?.count).toBeGreaterThan(3);
    await leases.giveBackIdle();
    expect((await counter.read('a'))?.count).toBe(3);
    await admitted(leases, 'a', 3, 1_000_000);
    await leases.giveBackAll();
    expect((await counter.read('a'))?.count).toBe(6);
  });

  test('ends with its window', async () => {
    const leases = process(1_000_000);
    await admitted(leases, 'a', 3, 1_000_000);
    nowMs += windowMs;
    expect(await leases.hit('a')).toEqual({ count: 1, resetsAtMs: nowMs + windowMs });
    await leases.giveBackAll();
    expect((await counter.read('a'))?.count).toBe(1);
  });
});

test('a budget that is used up is refused without asking until its window ends', async () => {
  const leases = process(10);
  await admitted(leases, 'a', 11, 10);
  const asked = leases.asked();
  expect(await admitted(leases, 'a', 50, 10)).toBe(0);
  expect(leases.asked()).toBe(asked);
  nowMs += windowMs;
  expect(await admitted(leases, 'a', 20, 10)).toBe(10);
});
