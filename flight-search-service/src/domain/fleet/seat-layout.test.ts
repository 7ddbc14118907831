import { describe, expect, it } from 'vitest';
import { type CabinPlan, countSeats, layoutProblem, seatIdsOf, seatsOf } from './seat-layout.ts';

const singleAisle: CabinPlan = { cabin: 'economy', rows: { first: 11, last: 12 }, letters: 'ABC DEF', exitRows: [12] };

describe('seats of a cabin', () => {
  it('names them row by row from left to right', () => {
    expect(seatIdsOf(singleAisle)).toEqual([
      '11A',
      '11B',
      '11C',
      '11D',
      '11E',
      '11F',
      '12A',
      '12B',
      '12C',
      '12D',
      '12E',
      '12F',
    ]);
    expect(countSeats(singleAisle)).toBe(12);
  });

  it('finds windows at the walls, aisle seats at the gaps, exits by the row', () => {
    const row = seatsOf(singleAisle).slice(6);
    expect(row.filter((seat) => seat.window).map((seat) => seat.id)).toEqual(['12A', '12F']);
    expect(row.filter((seat) => seat.aisle).map((seat) => seat.id)).toEqual(['12C', '12D']);
    expect(row.every((seat) => seat.exit)).toBe(true);
    expect(
      seatsOf(singleAisle)
        .slice(0, 6)
        .some((seat) => seat.exit),
    ).toBe(false);
  });

  it('finds two aisles in a wide cabin, and a lone seat at window and aisle at once', () => {
    const wide = seatsOf({ cabin: 'business', rows: { first: 1, last: 1 }, letters: 'A DG K' });
    expect(wide.map((seat) => [seat.letter, seat.window, seat.aisle])).toEqual([
      ['A', true, true],
      ['D', false, true],
      ['G', false, true],
      ['K', true, true],
    ]);
  });
});

describe('what is wrong with a layout', () => {
  it('accepts cabins that stand behind each other', () => {
    const business: CabinPlan = { cabin: 'business', rows: { first: 1, last: 4 }, letters: 'AC DF' };
    expect(layoutProblem([business, singleAisle])).toBeUndefined();
  });

  it.each([
    ['the letter I', { letters: 'GHI JKL' }],
    ['letters that fall', { letters: 'BA CD' }],
    ['two spaces', { letters: 'AB  CD' }],
    ['a space at the end', { letters: 'ABC ' }],
    ['small letters', { letters: 'abc' }],
    ['no letters', { letters: '' }],
    ['rows from 0', { rows: { first: 0, last: 12 } }],
    ['rows that fall', { rows: { first: 12, last: 11 } }],
    ['a thousand rows', { rows: { first: 1, last: 1_000 } }],
    ['an exit row elsewhere', { exitRows: [40] }],
  ])('refuses %s', (_, change) => {
    expect(layoutProblem([{ ...singleAisle, ...change }])).toBeDefined();
  });

  it('refuses no cabin, a cabin twice, and cabins that share a row', () => {
    expect(layoutProblem([])).toBeDefined();
    expect(layoutProblem([singleAisle, { ...singleAisle, rows: { first: 20, last: 30 }, exitRows: [] }])).toBeDefined();
    expect(
      layoutProblem([singleAisle, { cabin: 'first', rows: { first: 1, last: 11 }, letters: 'A C' }]),
    ).toBeDefined();
  });
});
