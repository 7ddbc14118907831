import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import { describe, expect, it } from 'vitest';
import { type AirplaneType, airplaneFor, capacityOf, type Fleet, shareSeats } from './airplane-type.ts';

/** A fleet of a few types, of which only the family and the number of seats matter. */
const fleet: Fleet = new Map(
  [
    airplane('E175', 'E175', { first: 12, economy: 64 }),
    airplane('A319', 'A319', { business: 8, economy: 120 }),
    airplane('A320', 'A320', { business: 12, economy: 138 }),
    airplane('A32D', 'A320', { economy: 204 }),
    airplane('B752', 'B757', { business: 24, economy: 156 }),
    airplane('B789', 'B787', { business: 48, premium_economy: 21, economy: 207 }),
  ].map((type) => [type.type, type]),
);

function airplane(type: string, family: string, seats: Partial<Record<Cabin, number>>): AirplaneType {
  const cabins = (['first', 'business', 'premium_economy', 'economy'] as const).flatMap((cabin) =>
    seats[cabin] === undefined ? [] : [{ cabin, rows: { first: 1, last: 1 }, letters: 'A', seats: seats[cabin] }],
  );
  return { type, model: `Model ${type}`, family, cruiseKmh: 800, groundMinutes: 37, rangeKm: 5_000, cabins };
}

const chosen = (aircraft: string, distanceKm: number, seats?: number) =>
  airplaneFor({ aircraft, distanceKm, ...(seats === undefined ? {} : { seats }) }, fleet)?.type;

describe('the airplane of a flight', () => {
  it('is the type or model that is named, or what its registry name stands for', () => {
    expect(chosen('A319', 9_000)).toBe('A319');
    expect(chosen('model b789', 300)).toBe('B789');
    expect(chosen('A320-232', 300)).toBe('A320');
    expect(chosen('757-2Q8', 300)).toBe('B752');
  });

  it('goes by distance when none is named, or none that flies on schedule', () => {
    for (const aircraft of ['', ' ', 'KITFOX IV', '172M', 'A-1B', '60', 'E-90']) {
      expect(chosen(aircraft, 500), aircraft).toBe('E175');
      expect(chosen(aircraft, 2_000), aircraft).toBe('A320');
      expect(chosen(aircraft, 9_000), aircraft).toBe('B789');
    }
  });

  it('is a larger one of the family when the flight has more seats, else the smallest that is large enough', () => {
    expect(chosen('A320-232', 2_000, 200)).toBe('A32D');
    expect(chosen('A319-112', 2_000, 179)).toBe('B752');
    expect(chosen('A319-112', 2_000, 277)).toBeUndefined();
  });
});

describe('seats shared among cabins', () => {
  const types = [...fleet.values()];

  it('add up to what is shared, and no cabin gets more than it has', () => {
    for (const type of types) {
      for (let seats = 1; seats <= capacityOf(type); seats++) {
        const shares = shareSeats(type, seats);
        expect(shares.reduce((sum, share) => sum + share.seats, 0)).toBe(seats);
        for (const share of shares) {
          const layout = type.cabins.find((cabin) => cabin.cabin === share.cabin);
          expect(share.seats).toBeLessThanOrEqual(layout?.seats ?? 0);
          expect(share.seats).toBeGreaterThan(0);
        }
      }
    }
  });

  it('go to the largest cabin when there are hardly any', () => {
    const [type] = types;
    expect(type && shareSeats(type, 2)).toEqual([{ cabin: 'economy', seats: 2 }]);
  });
});
