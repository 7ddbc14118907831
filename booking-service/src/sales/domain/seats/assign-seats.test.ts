import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSeats } from './assign-seats.ts';
import { planOf, type SeatPlan } from './seat-plan.ts';
import { SeatSet } from './seat-set.ts';

const economy = planOf({ cabin: 'economy', rows: { first: 1, last: 4 }, letters: 'ABC DEF', seats: 24 });

function taken(plan: SeatPlan, ...ids: string[]): SeatSet {
  const set = SeatSet.empty(plan.seats.length);
  for (const id of ids) set.add(plan.numberOf(id) ?? 0);
  return set;
}

const namesOf = (plan: SeatPlan, numbers: readonly number[] | undefined) =>
  numbers?.map((number) => plan.seats[number]?.id);
const assigned = (count: number, set: SeatSet, beside?: readonly number[]) =>
  namesOf(economy, assignSeats(economy, set, count, beside));

test('a couple sits side by side, not across the aisle', () => {
  expect(assigned(2, taken(economy, '1A', '1B', '1E', '1F'))).toEqual(['2A', '2B']);
});

test('across the aisle is better than in two rows', () => {
  const all = economy.seats.map(({ id }) => id).filter((id) => !['3C', '3D', '1A', '4F'].includes(id));
  expect(assigned(2, taken(economy, ...all))).toEqual(['3C', '3D']);
});

test('a family that fits in no row sits in rows behind each other', () => {
  expect(assigned(8, taken(economy, '1A'))).toEqual(['1B', '1C', '1D', '1E', '1F', '2A', '2B', '2C']);
});

test('who comes later sits beside who has a seat', () => {
  const three = economy.numberOf('3B') ?? 0;
  expect(assigned(2, taken(economy, '3B'), [three])).toEqual(expect.arrayContaining(['3A', '3C']));
});

test('with fewer free seats than people nobody is seated', () => {
  const all = economy.seats.map(({ id }) => id).slice(1);
  expect(assigned(2, taken(economy, ...all))).toBeUndefined();
  expect(assigned(1, taken(economy, ...all))).toEqual(['1A']);
  expect(assigned(0, taken(economy, ...all))).toEqual([]);
});

const anyCabin = fc
  .record({
    letters: fc.constantFrom('A C', 'AB CD', 'ABC DEF', 'ABC DEFG HJK', 'A DG K', 'ABCDEF'),
    rows: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ letters, rows }) => planOf({ cabin: 'economy', rows: { first: 1, last: rows }, letters, seats: 0 }));

test('seats are always free, different and in the cabin, and together where a run of free seats exists', () => {
  fc.assert(
    fc.property(anyCabin, fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.boolean()), (plan, count, coin) => {
      const set = SeatSet.empty(plan.seats.length);
      for (const number of plan.seats.keys()) if (coin.next().value) set.add(number);
      const numbers = assignSeats(plan, set, count);
      const free = plan.seats.length - set.size;
      if (free < count) {
        expect(numbers).toBeUndefined();
        return;
      }
      expect(new Set(numbers).size).toBe(count);
      for (const number of numbers ?? []) {
        expect(plan.seats[number]).toBeDefined();
        expect(set.has(number)).toBe(false);
      }
      if (hasRun(plan, set, count)) expect(isRun(plan, numbers ?? [])).toBe(true);
    }),
  );
});

/** Whether so many seats without an aisle between them are free in one row; told another way than the code does. */
function hasRun(plan: SeatPlan, set: SeatSet, count: number): boolean {
  return plan.seats.some((_, start) => {
    const numbers = Array.from({ length: count }, (_unused, index) => start + index);
    return numbers.every((number) => plan.seats[number] && !set.has(number)) && isRun(plan, numbers);
  });
}

function isRun(plan: SeatPlan, numbers: readonly number[]): boolean {
  return numbers.every((number, index) => {
    if (index === 0) return true;
    return number === (numbers[index - 1] ?? 0) + 1 && plan.seats[number]?.leftmost === false;
  });
}

test('a set of seats is the same after it was written and read, whatever is in it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 852 })), (numbers) => {
      const set = SeatSet.empty(853);
      for (const number of numbers) set.add(number);
      const read = SeatSet.fromText(set.toText(), 853);
      expect(read.size).toBe(numbers.length);
      for (const number of numbers) {
        expect(read.has(number)).toBe(true);
        read.delete(number);
      }
      expect(read.size).toBe(0);
    }),
  );
});
