import { expect, test } from 'vitest';
import { createBoundedWork } from './bounded-work.ts';

/** Work that ends when it is told to, and knows the order in which it began. */
function piecesOfWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const piece = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, piece, end };
}

const refusal = () => new Error('full');

test('runs no more at once than it may, and the others in the order they came', async () => {
  const { begun, piece, end } = piecesOfWork();
  const work = createBoundedWork({ atOnce: 2, maximumWaiting: 2, refusal });
  const results = Promise.all(['a', 'b', 'c', 'd'].map((name) => work.run(piece(name))));
  await end('none');
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  await end('d');
  expect(await results).toEqual(['a', 'b', 'c', 'd']);
});

test('refuses who finds the queue full, and takes in others when it is not full any more', async () => {
  const { piece, end } = piecesOfWork();
  const work = createBoundedWork({ atOnce: 1, maximumWaiting: 1, refusal });
  const first = work.run(piece('first'));
  const second = work.run(piece('second'));
  await expect(work.run(piece('third'))).rejects.toThrow('full');
  await end('first');
  const fourth = work.run(piece('fourth'));
  await end('second');
  await end('fourth');
  expect(await Promise.all([first, second, fourth])).toEqual(['first', 'second', 'fourth']);
});

test('work that fails gives its turn to the next all the same', async () => {
  const work = createBoundedWork({ atOnce: 1, maximumWaiting: 1, refusal });
  const failing = work.run(() => Promise.reject(new Error('broken')));
  const next = work.run(() => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
