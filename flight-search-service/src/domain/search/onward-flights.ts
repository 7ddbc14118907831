import { longestConnectionMinutes } from './connecting-times.ts';
import type { ConnectingRule, FirstFlight, TripQuestion } from './find-trips.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import { createOnwardPairs, type OnwardPairs } from './onward-pairs.ts';
import type { Schedule } from './schedule.ts';

/** The last flight of a trip, and what the way from here to its end costs. */
export type OnwardFlight = { readonly slot: number; readonly arrival: number; readonly price: number };

/** How a trip can go on from where its first flight lands. */
export type OnwardFlights = ReturnType<typeof createOnwardFlights>;

/** Built as far as it is asked for, for one search. */
export function createOnwardFlights(
  schedule: Schedule,
  connectingMinutes: ConnectingRule,
  search: {
    readonly origins: ReadonlySet<number>;
    readonly destinations: ReadonlySet<number>;
    readonly question: TripQuestion;
    readonly first: readonly FirstFlight[];
  },
) {
  const { flights, routes } = schedule;
  const { origins, destinations, question, first } = search;
  const order = { departureOf: (slot: number) => flights.departure[slot] ?? 0 };
  const lastRoutes = Map.groupBy(
    [...destinations].flatMap((destination) => routes.to(destination)).filter(({ origin }) => canChangeAt(origin)),
    ({ origin }) => origin,
  );
  const pairsFrom = new Map<number, readonly OnwardPairs[]>();

  function canChangeAt(airport: number): boolean {
    return !origins.has(airport) && !destinations.has(airport);
  }

  /**
   * The last flights that can follow one that just landed, none of them beaten by another; of those that are alike, the
   * first by id.
   */
  function lastAfter(slot: number, route: FlightRoute): OnwardFlight[] {
    const arrival = flights.arrival[slot] ?? 0;
    let kept: OnwardFlight[] = [];
    for (const next of lastRoutes.get(route.destination) ?? []) {
      const until = arrival + longestConnectionMinutes;
      for (let at = firstFrom(next, order, arrival + connectingMinutes(route, next)); at < next.length; at++) {
        const candidate = next.slots[at] ?? 0;
        if ((flights.departure[candidate] ?? 0) > until) break;
        const price = priceOf(candidate);
        if (price < 0) continue;
        const one = { slot: candidate, arrival: flights.arrival[candidate] ?? 0, price };
        if (kept.some((other) => isKeptBefore(other, one))) continue;
        kept = kept.filter((other) => !isKeptBefore(one, other));
        kept.push(one);
      }
    }
    return kept;
  }

  function isKeptBefore(one: OnwardFlight, other: OnwardFlight): boolean {
    if (one.arrival > other.arrival || one.price > other.price) return false;
    if (one.arrival < other.arrival || one.price < other.price) return true;
    return schedule.compareIds(one.slot, other.slot) < 0;
  }

  function priceOf(slot: number): number {
    return schedule.isOpen(slot) ? schedule.priceOf(slot, question.cabin, question.seats) : -1;
  }

  /** When the first flights of this search land at an airport, from the first to the last. */
  const landings = new Map<number, { from: number; until: number }>();
  for (const { slot, route } of first) {
    const arrival = flights.arrival[slot] ?? 0;
    const known = landings.get(route.destination) ?? { from: arrival, until: arrival };
    landings.set(route.destination, { from: Math.min(known.from, arrival), until: Math.max(known.until, arrival) });
  }

  /** Per route out of an airport, every flight that may follow a landing there, with the last flights that may follow it. */
  function pairsOf(airport: number): readonly OnwardPairs[] {
    const known = pairsFrom.get(airport);
    if (known) return known;
    const landed = landings.get(airport) ?? { from: 0, until: 0 };
    const built = routes
      .from(airport)
      .filter(({ destination }) => canChangeAt(destination) && lastRoutes.has(destination))
      .map((route) => createOnwardPairs(route, { schedule, priceOf, lastAfter, landed }))
      .filter(({ count }) => count > 0);
    pairsFrom.set(airport, built);
    return built;
  }

  return {
    /** The flights that end a trip after this one. */
    last(slot: number, route: FlightRoute, onLast: (last: OnwardFlight) => void): void {
      for (const last of lastAfter(slot, route)) onLast(last);
    },
    /**
     * The pairs of flights that end a trip after this one. Those that `isBeaten` by the earliest arrival and the least
     * price among many are passed over together.
     */
    pairs(
      slot: number,
      route: FlightRoute,
      isBeaten: (earliestArrival: number, leastPrice: number, stops: number) => boolean,
      onPair: (middle: number, last: OnwardFlight) => void,
    ): void {
      if (!canChangeAt(route.destination)) return;
      const arrival = flights.arrival[slot] ?? 0;
      for (const pairs of pairsOf(route.destination)) {
        const from = arrival + connectingMinutes(route, pairs.route);
        pairs.visit({ from, until: arrival + longestConnectionMinutes }, isBeaten, onPair);
      }
    },
  };
}
