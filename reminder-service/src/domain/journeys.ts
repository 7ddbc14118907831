import type { BookedFlight } from './booking.ts';

/** A journey: its first flight, and the flights one changes to on the way. */
export type Journey = readonly [BookedFlight, ...BookedFlight[]];

/** A flight that leaves where and within a day of when the previous one arrives is a connection, not a new journey. */
const longestConnectionMs = 24 * 3_600_000;

/** The journeys of a booking by departure. */
export function journeysOf(flights: readonly BookedFlight[]): Journey[] {
  const journeys: [BookedFlight, ...BookedFlight[]][] = [];
  for (const flight of flights.toSorted((one, other) => one.departsAtMs - other.departsAtMs)) {
    const journey = journeys.at(-1);
    const previous = journey?.at(-1);
    if (journey && previous && isConnection(previous, flight)) journey.push(flight);
    else journeys.push([flight]);
  }
  return journeys;
}

/** A connection that a delay has made impossible is one still: the traveller knows of the first flight by its reminder. */
function isConnection(previous: BookedFlight, next: BookedFlight): boolean {
  return next.origin === previous.destination && next.departsAtMs - previous.arrivesAtMs <= longestConnectionMs;
}
