import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('has a line of titles, then a line for each row', () => {
  const rows = [
    ['JFK', 3, 0.5],
    ['LHR', -1, null],
  ];
  expect(toCsv(['origin', 'seats', 'share'], rows)).toBe('origin,seats,share\r\nJFK,3,0.5\r\nLHR,-1,\r\n');
});

test('keeps commas, quotes and line breaks within their cell', () => {
  expect(toCsv(['name'], [['Byron, "Lord"\nGeorge']])).toBe('name\r\n"Byron, ""Lord""\nGeorge"\r\n');
});

test.for(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula', (text) => {
  const [, cell = ''] = toCsv(['name'], [[text]]).split(/\r\n(.*)/s);
  expect(cell.replace(/^"/, '')).toMatch(/^'/);
});
