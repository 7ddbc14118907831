import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { buildFlight, seatsPerRow } from '../sales-world/build-flight.ts';

/** Sold by each order. */
export const partySize = 2;

/** Before each measured window, until code is compiled, connections are open and batches have their size. */
export const warmUpSeconds = 1;

/** Bookings per second that are provided for; a seller that is faster runs out of seats, and the report says so. */
const fastestSeller = 12_000;

/** The largest cabin: with row numbers of up to three digits. */
const largestCabinRows = 999;
const smallestCabinRows = 40;

/** Seats of a hot flight that are left over: the last ones are seldom next to each other. */
const seatsLeft = 90;

/** What is sold to whom in which order. */
export type Scenario = {
  readonly name: string;
  readonly flights: readonly FlightForSale[];
  /** The place in `flights` of what the order with this number is for, from 0. */
  readonly flightOf: (order: number) => number;
};

/** @param options.secondsPerSeller how long each seller sells in each scenario, all turns together. */
export function createScenarios(options: { flights: number; secondsPerSeller: number }): Scenario[] {
  const orders = options.secondsPerSeller * fastestSeller;
  return [hotFlight(orders), manyFlights(orders, options.flights)];
}

/**
 * Everybody wants the same flight. When it is sold it is the next one that everybody wants, so that seats of a real cabin
 * are assigned all the time; it has as many as a cabin can, so that two flights sell at once only seldom.
 */
function hotFlight(orders: number): Scenario {
  const ordersPerFlight = (largestCabinRows * seatsPerRow - seatsLeft) / partySize;
  const count = Math.ceil(orders / ordersPerFlight);
  return {
    name: 'one hot flight',
    flights: Array.from({ length: count }, () => buildFlight({ rows: largestCabinRows })),
    flightOf: (order) => Math.floor(order / ordersPerFlight),
  };
}

/** Everybody wants another flight. Cabins are as large as they must be to last. */
function manyFlights(orders: number, count: number): Scenario {
  const seatsPerFlight = (orders / count) * partySize;
  const rows = Math.min(largestCabinRows, Math.max(smallestCabinRows, Math.ceil(seatsPerFlight / seatsPerRow)));
  return {
    name: `${count.toLocaleString('en')} flights`,
    flights: Array.from({ length: count }, () => buildFlight({ rows })),
    // A step that has no divisor in common with the usual counts visits all, and neighbours in time are none in the table.
    flightOf: (order) => (order * 7_919) % count,
  };
}
