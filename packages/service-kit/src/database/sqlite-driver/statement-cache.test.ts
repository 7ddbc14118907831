import { expect, test } from 'vitest';
import { StatementCache } from './statement-cache.ts';

test('drops the entry that was unused for longest', () => {
  const cache = new StatementCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  expect(cache.size).toBe(2);
});
