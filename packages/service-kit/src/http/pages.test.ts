import { expect, test } from 'vitest';
import { readCursor, toPage } from './pages.ts';

const kinds = ['number', 'string'] as const;
const positionOf = ({ price, id }: { price: number; id: string }) => [price, id];
const items = [
  { price: 100, id: 'a' },
  { price: 200, id: 'b' },
  { price: 200, id: 'c' },
];

test('a page that is followed by another one ends with a cursor for its question', () => {
  const question = { origin: 'JFK', sort: 'price', limit: 2 };
  const { data, nextCursor } = toPage(items, { limit: 2, question, positionOf });
  expect(data).toEqual(items.slice(0, 2));
  expect(readCursor(nextCursor ?? '', { ...question, limit: 50, cursor: nextCursor }, kinds)).toEqual([200, 'b']);
});

test('the last page has no cursor', () => {
  expect(toPage(items, { limit: 3, question: {}, positionOf }).nextCursor).toBeNull();
  expect(toPage([], { limit: 3, question: {}, positionOf })).toEqual({ data: [], nextCursor: null });
});

test.for([
  'nonsense',
  '',
  Buffer.from('{"a":1}').toString('base64url'),
  Buffer.from('["wrong",1,"a"]').toString('base64url'),
  Buffer.from('[1,{"x":1}]').toString('base64url'),
])('the broken cursor "%s" is refused', (cursor) => {
  expect(() => readCursor(cursor, {}, kinds)).toThrow(expect.objectContaining({ status: 400, code: 'invalid_cursor' }));
});

test('a cursor of another question is refused, whatever the order of its parts', () => {
  const { nextCursor } = toPage(items, { limit: 1, question: { origin: 'JFK', sort: 'price' }, positionOf });
  expect(readCursor(nextCursor ?? '', { sort: 'price', origin: 'JFK' }, kinds)).toEqual([100, 'a']);
  expect(() => readCursor(nextCursor ?? '', { origin: 'LHR', sort: 'price' }, kinds)).toThrow(
    expect.objectContaining({ status: 400 }),
  );
});

test('a made-up cursor with values of another kind, or with text no database takes, is refused', () => {
  const { nextCursor } = toPage(items, { limit: 1, question: {}, positionOf });
  const [fingerprint] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString());
  for (const position of [['x', 'y'], [1, 2], [1.5, 'a'], [1, 'a\0'], [1, '\ud800'], [1], [1, 'a', 'b']]) {
    const cursor = Buffer.from(JSON.stringify([fingerprint, ...position])).toString('base64url');
    expect(() => readCursor(cursor, {}, kinds)).toThrow(expect.objectContaining({ status: 400 }));
  }
});
