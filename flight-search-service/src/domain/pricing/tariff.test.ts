import { describe, expect, it } from 'vitest';
import { parseLocalDateTime } from '../places/local-time.ts';
import { priceMinor, rulesOf } from './tariff.ts';

const at = (text: string) => parseLocalDateTime(text) ?? Number.NaN;
const monday = at('2026-11-23T12:00');

describe('the tariff', () => {
  it('follows its formula: 39, and less for each kilometre the further it goes', () => {
    const price = (distanceKm: number) => priceMinor({ cabin: 'economy', distanceKm, departureWallMs: monday });
    expect(price(0)).toBe(39_00);
    expect(price(1_000)).toBe(129_00);
    expect(price(5_000)).toBe((39 + 135 + 192.5 + 0.5) * 100);
    expect(price(5_541)).toBe(391_00);
  });

  it('costs more in better cabins, in whole units', () => {
    const prices = (['economy', 'premium_economy', 'business', 'first'] as const).map((cabin) =>
      priceMinor({ cabin, distanceKm: 5_541, departureWallMs: monday }),
    );
    expect(prices).toEqual(prices.toSorted((one, other) => one - other));
    expect(prices.every((price) => price % 100 === 0)).toBe(true);
  });

  it('costs less on Tuesday and at night, and more on Friday', () => {
    const price = (departure: string) =>
      priceMinor({ cabin: 'economy', distanceKm: 3_974, departureWallMs: at(departure) });
    expect(price('2026-11-24T12:00')).toBeLessThan(price('2026-11-23T12:00'));
    expect(price('2026-11-27T12:00')).toBeGreaterThan(price('2026-11-23T12:00'));
    expect(price('2026-11-23T23:30')).toBeLessThan(price('2026-11-23T12:00'));
  });

  it('gives the same price for the same flight again', () => {
    const flight = { cabin: 'business', distanceKm: 1_234.5, departureWallMs: monday } as const;
    expect(priceMinor(flight)).toBe(priceMinor({ ...flight }));
  });
});

describe('the rules of a fare', () => {
  it('keep 40 % of an economy ticket and nothing of a first class one', () => {
    expect(rulesOf('economy', 391_00)).toEqual({ refundable: true, cancelFeeMinor: 156_00, changeFeeMinor: 78_00 });
    expect(rulesOf('first', 2_346_00)).toEqual({ refundable: true, cancelFeeMinor: 0, changeFeeMinor: 0 });
  });

  it('never keep more than was paid', () => {
    for (const cabin of ['economy', 'premium_economy', 'business', 'first'] as const) {
      expect(rulesOf(cabin, 1_00).cancelFeeMinor).toBeLessThanOrEqual(1_00);
    }
  });
});
