import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { buildFlight, seatNames, seatsPerRow } from '../sales-world/build-flight.ts';

/** A flight that is sold out again and again. */
export type ProofFlight = {
  readonly id: string;
  readonly forSale: FlightForSale;
  readonly priceMinor: number;
  readonly refundable: boolean;
  /** For one passenger. */
  readonly cancelFeeMinor: number;
  readonly departsAtMs: number;
  /** All seats of its layout. */
  readonly seatNames: readonly string[];
};

/** What a ticket gives back: all while there is a week to go, less a fee, nothing, and nothing because the fee is more. */
const tariffs = [
  { departsInDays: 30, priceMinor: 29_900, refundable: true, cancelFeeMinor: 5_000 },
  { departsInDays: 3, priceMinor: 19_900, refundable: true, cancelFeeMinor: 5_000 },
  { departsInDays: 3, priceMinor: 9_900, refundable: false, cancelFeeMinor: 0 },
  { departsInDays: 4, priceMinor: 4_900, refundable: true, cancelFeeMinor: 6_000 },
] as const;

export function createProofFlights({
  count,
  seats,
}: {
  count: number;
  seats: number;
}): ReadonlyMap<string, ProofFlight> {
  const rows = Math.ceil(seats / seatsPerRow);
  const flights = Array.from({ length: count }, (_, place): [string, ProofFlight] => {
    const tariff = tariffs[place % tariffs.length] ?? tariffs[0];
    const forSale = buildFlight({ rows, seats, ...tariff });
    const { id, departureTime } = forSale.flight;
    return [id, { id, forSale, ...tariff, departsAtMs: Date.parse(departureTime), seatNames: seatNames(rows) }];
  });
  return new Map(flights);
}
