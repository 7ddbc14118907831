import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { buildFlight, seatNames, seatsPerRow } from '../sales-world/build-flight.ts';
import type { Neighbours } from '../sales-world/neighbours.ts';

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

/** A flight with one of the tariffs, by turns. */
export function buildProofFlight(place: number, seats: number): ProofFlight {
  const rows = Math.ceil(seats / seatsPerRow);
  const tariff = tariffs[place % tariffs.length] ?? tariffs[0];
  const forSale = buildFlight({ rows, seats, ...tariff });
  const { id, departureTime } = forSale.flight;
  return { id, forSale, ...tariff, departsAtMs: Date.parse(departureTime), seatNames: seatNames(rows) };
}

/** The flights of a run; the airline may cancel one, and flies another instead. */
export type FlightsOnSale = {
  readonly all: ReadonlyMap<string, ProofFlight>;
  readonly onSale: () => readonly ProofFlight[];
  /** Cancels the flight that has been on sale for longest. */
  readonly cancelOne: () => void;
  readonly cancelled: () => number;
};

export function offerFlights(
  neighbours: Pick<Neighbours, 'offer' | 'cancel'>,
  { count, seats }: { count: number; seats: number },
): FlightsOnSale {
  const all = new Map<string, ProofFlight>();
  const onSale: ProofFlight[] = [];

  function offerAnother(): void {
    const flight = buildProofFlight(all.size, seats);
    neighbours.offer(flight.forSale);
    all.set(flight.id, flight);
    onSale.push(flight);
  }

  for (let offered = 0; offered < count; offered++) offerAnother();
  return {
    all,
    onSale: () => onSale,
    cancelOne: () => {
      const flight = onSale.shift();
      if (!flight) return;
      neighbours.cancel(flight.forSale);
      offerAnother();
    },
    cancelled: () => all.size - onSale.length,
  };
}
