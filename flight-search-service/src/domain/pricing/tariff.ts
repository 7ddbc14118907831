import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import { isoWeekday, type WallMs } from '../places/local-time.ts';

/** What may be done with a ticket after the sale, per passenger and flight; amounts in minor units. */
export type RulesMinor = {
  readonly refundable: boolean;
  readonly cancelFeeMinor: number;
  readonly changeFeeMinor: number;
};

/** What a price depends on. */
export type PricedFlight = {
  readonly cabin: Cabin;
  readonly distanceKm: number;
  /** Local time of departure: its weekday and hour move the price. */
  readonly departureWallMs: WallMs;
};

/** Every flight costs this much, however short (whole units of the currency). */
const baseUnits = 39;

/** What a kilometre costs in economy (whole units of the currency), the further the cheaper. */
const distanceBands: readonly { upToKm: number; unitsPerKm: number }[] = [
  { upToKm: 1_500, unitsPerKm: 0.09 },
  { upToKm: 5_000, unitsPerKm: 0.055 },
  { upToKm: Number.POSITIVE_INFINITY, unitsPerKm: 0.045 },
];

const cabinFactors = {
  economy: 1,
  premium_economy: 1.8,
  business: 3.6,
  first: 6,
} as const satisfies Record<Cabin, number>;

/** Monday to Sunday: the end of the week sells best, Tuesday and Wednesday worst. */
const weekdayFactors = [1, 0.92, 0.92, 1, 1.12, 0.96, 1.1] as const;

/** Departures before six and after nine in the evening are cheaper. */
const offPeak = { beforeHour: 6, fromHour: 21, factor: 0.9 } as const;

/** Shares of the price that are kept on cancelling or changing. */
const ruleShares = {
  economy: { refundable: true, cancelShare: 0.4, changeShare: 0.2 },
  premium_economy: { refundable: true, cancelShare: 0.25, changeShare: 0.1 },
  business: { refundable: true, cancelShare: 0.1, changeShare: 0 },
  first: { refundable: true, cancelShare: 0, changeShare: 0 },
} as const satisfies Record<Cabin, { refundable: boolean; cancelShare: number; changeShare: number }>;

/**
 * The price of a seat in minor units of a currency with two decimals, always whole units (29900, not 29937): 39 + 0.09
 * per km up to 1,500 km, 0.055 up to 5,000 km and 0.045 beyond, times the factors of cabin, weekday and hour. The same
 * flight always costs the same.
 */
export function priceMinor({ cabin, distanceKm, departureWallMs }: PricedFlight): number {
  const hour = new Date(departureWallMs).getUTCHours();
  const hourFactor = hour < offPeak.beforeHour || hour >= offPeak.fromHour ? offPeak.factor : 1;
  const weekdayFactor = weekdayFactors[isoWeekday(departureWallMs) - 1] ?? 1;
  return wholeUnits((baseUnits + distanceUnits(distanceKm)) * cabinFactors[cabin] * weekdayFactor * hourFactor);
}

/** The rules of a fare by its cabin; the fees are shares of the price in whole units, in minor units. */
export function rulesOf(cabin: Cabin, priceInMinor: number): RulesMinor {
  const { refundable, cancelShare, changeShare } = ruleShares[cabin];
  return {
    refundable,
    cancelFeeMinor: wholeUnits((priceInMinor / 100) * cancelShare),
    changeFeeMinor: wholeUnits((priceInMinor / 100) * changeShare),
  };
}

function distanceUnits(distanceKm: number): number {
  let units = 0;
  let fromKm = 0;
  for (const band of distanceBands) {
    units += Math.max(0, Math.min(distanceKm, band.upToKm) - fromKm) * band.unitsPerKm;
    fromKm = band.upToKm;
  }
  return units;
}

function wholeUnits(units: number): number {
  return Math.round(units) * 100;
}
