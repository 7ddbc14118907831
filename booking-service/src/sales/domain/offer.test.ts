import type { Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { expect, test } from 'vitest';
import { type Offer, totalOf } from './offer.ts';

/** All that a total looks at. */
const offerAt = (amount: number): Offer => ({
  flight: {} as Flight,
  fare: { price: { amount, currency: 'USD' } } as Fare,
});

test('a total is the price of every flight for everyone who takes a seat', () => {
  expect(totalOf([offerAt(29_900), offerAt(120_000)], 3)).toBe(449_700);
  expect(totalOf([offerAt(29_900)], 0)).toBe(0);
});

test('a total above what money can hold is refused, the largest is not', () => {
  expect(totalOf([offerAt(500_000_000_000)], 2)).toBe(1_000_000_000_000);
  expect(() => totalOf([offerAt(500_000_000_001)], 2)).toThrow(
    expect.objectContaining({ code: 'total_too_large', at: '/flights' }),
  );
});
