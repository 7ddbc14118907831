import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineTrips } from '../../src/domain/search/combine-trips.ts';
import type { Trip } from '../../src/domain/search/find-trips.ts';

const trip: fc.Arbitrary<Trip> = fc
  .record({
    departure: fc.integer({ min: 0, max: 40 }),
    minutes: fc.integer({ min: 1, max: 10 }),
    price: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ departure, minutes, price }) => ({ slots: [0], departure, arrival: departure + minutes, price, stops: 0 }));

test('the first journeys are the best of all combinations, in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(trip, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('price', 'duration', 'departure' as const),
      fc.integer({ min: 1, max: 30 }),
      (legs, sort, limit) => {
        const canFollow = (before: Trip, next: Trip) => next.departure >= before.arrival + 2;
        const all = legs
          .reduce<Trip[][]>((some, leg) => some.flatMap((trips) => leg.map((next) => [...trips, next])), [[]])
          .filter((trips) => trips.every((next, leg) => leg === 0 || canFollow(trips[leg - 1] as Trip, next)))
          .map((trips) => {
            const price = trips.reduce((sum, one) => sum + one.price, 0);
            const duration = trips.reduce((sum, one) => sum + one.arrival - one.departure, 0);
            return { price: [price, duration], duration: [duration, price], departure: [trips[0]?.departure, price] }[
              sort
            ] as [number, number];
          })
          .toSorted((one, other) => one[0] - other[0] || one[1] - other[1]);
        const found = combineTrips(legs, { sort, canFollow, limit });
        expect(found.map(({ rank }) => rank)).toEqual(all.slice(0, limit));
        for (const { trips } of found) {
          expect(trips.every((next, leg) => legs[leg]?.includes(next))).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});
