import { expect, test } from 'vitest';
import { together } from './together.ts';

const options = { gatherMs: 0, spoilsAll: (error: unknown) => String(error).includes('away') };

/** Doubles numbers, and can be held up. */
function buildDoubler() {
  const runs: (readonly number[])[] = [];
  let hold: Promise<unknown> | undefined;
  const run = async (questions: readonly number[]) => {
    runs.push(questions);
    await hold;
    if (questions.includes(99)) throw new Error('everything is away');
    if (questions.includes(13)) throw new Error('13 is not doubled');
    return questions.map((number) => number * 2);
  };
  return {
    run,
    runs,
    holdUp: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = promise;
      return resolve;
    },
  };
}

test('what is asked at the same moment is run together, and each gets its own answer', async () => {
  const { run, runs } = buildDoubler();
  const double = together(run, options);
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(runs).toEqual([[1, 2, 3], [4]]);
});

test('what is asked while a run is under way goes together into the next', async () => {
  const { run, runs, holdUp } = buildDoubler();
  const double = together(run, options);
  const goOn = holdUp();
  const first = double(1);
  await new Promise(setImmediate);
  const others = [2, 3].map(double);
  await new Promise(setImmediate);
  expect(runs).toEqual([[1]]);
  goOn();
  expect(await Promise.all([first, ...others])).toEqual([2, 4, 6]);
  expect(runs).toEqual([[1], [2, 3]]);
});

test('one that fails spoils no other', async () => {
  const { run } = buildDoubler();
  const double = together(run, options);
  const ends = await Promise.allSettled([1, 13, 3].map(double));
  expect(ends).toMatchObject([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: { message: '13 is not doubled' } },
    { status: 'fulfilled', value: 6 },
  ]);
  expect(await double(5)).toBe(10);
});

test('what spoils all is not tried for each', async () => {
  const { run, runs } = buildDoubler();
  const ends = await Promise.allSettled([1, 99, 3].map(together(run, options)));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(runs).toEqual([[1, 99, 3]]);
});

test('no run takes more than 100', async () => {
  const { run, runs } = buildDoubler();
  await Promise.all(Array.from({ length: 220 }, (_, number) => number + 100).map(together(run, options)));
  expect(runs.map(({ length }) => length)).toEqual([100, 100, 20]);
});
