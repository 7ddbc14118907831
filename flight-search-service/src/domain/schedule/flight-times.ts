import { instantsOf, type WallMs } from '../places/local-time.ts';

/** A time as the clocks at an airport show it. */
export type LocalMoment = { readonly wallMs: WallMs; readonly timeZone: string };

/** The instants of a flight, or which of its local times never comes because clocks go forward over it. */
export type FlightTimes =
  | { outcome: 'resolved'; departsAtMs: number; arrivesAtMs: number }
  | { outcome: 'skipped'; end: 'departure' | 'arrival' };

/**
 * Turns the local times of a flight into instants. A time that the clocks show twice is read the way that brings the
 * flight's length nearest to `expectedMinutes`, and the earlier way when both are as near.
 */
export function resolveFlightTimes(departure: LocalMoment, arrival: LocalMoment, expectedMinutes: number): FlightTimes {
  const departures = instantsOf(departure.wallMs, departure.timeZone);
  const arrivals = instantsOf(arrival.wallMs, arrival.timeZone);
  const [departsAtMs] = departures;
  const [arrivesAtMs] = arrivals;
  if (departsAtMs === undefined) {
    return { outcome: 'skipped', end: 'departure' };
  }
  if (arrivesAtMs === undefined) {
    return { outcome: 'skipped', end: 'arrival' };
  }
  if (departures.length === 1 && arrivals.length === 1) {
    return { outcome: 'resolved', departsAtMs, arrivesAtMs };
  }
  return { outcome: 'resolved', ...nearest(departures, arrivals, expectedMinutes * 60_000) };
}

function nearest(departures: readonly number[], arrivals: readonly number[], expectedMs: number) {
  const pairs = departures.flatMap((departsAtMs) => arrivals.map((arrivesAtMs) => ({ departsAtMs, arrivesAtMs })));
  const missMs = (pair: { departsAtMs: number; arrivesAtMs: number }) =>
    Math.abs(pair.arrivesAtMs - pair.departsAtMs - expectedMs);
  return pairs.reduce((best, pair) => (missMs(pair) < missMs(best) ? pair : best));
}
