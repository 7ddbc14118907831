import { expect, test } from 'vitest';
import { chooseMediaType } from './accept.ts';

const offered = ['application/json', 'text/csv'] as const;

test.for([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['TEXT/CSV; charset=utf-8', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/json;q=0.5, text/csv', 'text/csv'],
  ['text/csv;q=0, */*', 'application/json'],
  ['application/json;q=0, */*;q=0.1', 'text/csv'],
  ['text/html, */*;q=0.1', 'application/json'],
] as const)('of JSON and CSV, Accept: %s gets %s', ([accept, chosen]) => {
  expect(chooseMediaType(accept, [...offered])).toBe(chosen);
});

test.for(['text/html', 'image/*', 'nonsense', 'application/json;q=0', 'text/csv;q=nonsense'])(
  'Accept: %s gets 406',
  (accept) => {
    expect(() => chooseMediaType(accept, [...offered])).toThrow('answered as application/json or text/csv');
  },
);
