import { expect, test } from 'vitest';
import { planOf } from './seat-plan.ts';

const plan = planOf({ cabin: 'economy', rows: { first: 10, last: 12 }, letters: 'ABC DEF', exitRows: [11], seats: 18 });

test('numbers seats row by row from the front', () => {
  expect(plan.seats.map(({ id }) => id).slice(0, 7)).toEqual(['10A', '10B', '10C', '10D', '10E', '10F', '11A']);
  expect(plan.seats).toHaveLength(18);
  expect(plan.seatsPerRow).toBe(6);
  for (const [number, { id }] of plan.seats.entries()) expect(plan.numberOf(id)).toBe(number);
});

test.for(['9A', '13A', '10G', '10I', '010A', '10a', '', '99Z', '0A'])('knows no seat %s', (seat) => {
  expect(plan.numberOf(seat)).toBeUndefined();
});

test('says who sits at a window, at an aisle and at an exit', () => {
  const seat = (id: string) => plan.seats[plan.numberOf(id) ?? -1];
  expect(seat('10A')).toMatchObject({ window: true, aisle: false, exit: false, leftmost: true });
  expect(seat('10B')).toMatchObject({ window: false, aisle: false, leftmost: false });
  expect(seat('10C')).toMatchObject({ window: false, aisle: true, leftmost: false });
  expect(seat('10D')).toMatchObject({ window: false, aisle: true, leftmost: true });
  expect(seat('11F')).toMatchObject({ window: true, aisle: false, exit: true });
});

test('a single seat between wall and aisle has both', () => {
  const narrow = planOf({ cabin: 'first', rows: { first: 1, last: 1 }, letters: 'A C', seats: 2 });
  expect(narrow.seats.map(({ window, aisle }) => [window, aisle])).toEqual([
    [true, true],
    [true, true],
  ]);
});
