import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import { type AirplaneType, shareSeats } from '../fleet/airplane-type.ts';
import type { WallMs } from '../places/local-time.ts';
import { priceMinor, type RulesMinor, rulesOf } from './tariff.ts';

/** The seats of one cabin that are for sale, and at what price per passenger (minor units). */
export type FareDraft = {
  readonly cabin: Cabin;
  readonly priceMinor: number;
  readonly seats: number;
  readonly rules: RulesMinor;
};

/** A fare for each cabin of an airplane; `seats`, when given, is the number for sale in all cabins together. */
export function faresFor(
  airplane: AirplaneType,
  flight: { readonly distanceKm: number; readonly departureWallMs: WallMs; readonly seats?: number },
): FareDraft[] {
  const { distanceKm, departureWallMs } = flight;
  const cabins = flight.seats === undefined ? airplane.cabins : shareSeats(airplane, flight.seats);
  return cabins.map(({ cabin, seats }) => {
    const price = priceMinor({ cabin, distanceKm, departureWallMs });
    return { cabin, priceMinor: price, seats, rules: rulesOf(cabin, price) };
  });
}
