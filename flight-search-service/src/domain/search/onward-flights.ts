import { longestConnectionMinutes } from './connecting-times.ts';
import type { ConnectingRule, FirstFlight, TripQuestion } from './find-trips.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import { createMiddleFlights, type MiddleFlights } from './middle-flights.ts';
import type { Schedule } from './schedule.ts';

/** The last flight of a trip, and what the way from here to its end costs. */
export type OnwardFlight = { readonly slot: number; readonly arrival: number; readonly price: number };

/** Whether everything that arrives no earlier and costs no less, from here on, is beaten by a trip that was found. */
export type IsBeaten = (earliestArrival: number, leastPrice: number) => boolean;

/** No flight takes longer: the rules of the schedule see to it. */
const longestFlightMinutes = 24 * 60;

/** How a trip can go on from where its first flight lands; built as far as it is asked for, for one search. */
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
  const landings = landingsOf(schedule, first);
  const bestLast = new Map<number, { readonly minutes: number; readonly price: number }>();
  const middleFrom = new Map<number, readonly MiddleFlights[]>();

  function canChangeAt(airport: number): boolean {
    return !origins.has(airport) && !destinations.has(airport);
  }

  function priceOf(slot: number): number {
    return schedule.isOpen(slot) ? schedule.priceOf(slot, question.cabin, question.seats) : -1;
  }

  /**
   * The last flights that can follow one that just landed, none of them beaten by another; of those that are alike, the
   * first by id.
   */
  function lastAfter(slot: number, route: FlightRoute): readonly OnwardFlight[] {
    const arrival = flights.arrival[slot] ?? 0;
    const until = arrival + longestConnectionMinutes;
    let kept: OnwardFlight[] = [];
    for (const next of lastRoutes.get(route.destination) ?? []) {
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

  /** Less than these no last flight from an airport takes or costs, on the days of this search. */
  function bestLastFrom(airport: number): { readonly minutes: number; readonly price: number } {
    const known = bestLast.get(airport);
    if (known) return known;
    let [minutes, price] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // A first flight, a connection, a flight, a connection: later than that no trip goes on.
    const until = landings.all.until + 2 * longestConnectionMinutes + longestFlightMinutes;
    for (const route of lastRoutes.get(airport) ?? []) {
      for (let at = firstFrom(route, order, landings.all.from); at < route.length; at++) {
        const slot = route.slots[at] ?? 0;
        const leaves = flights.departure[slot] ?? 0;
        if (leaves > until) break;
        const costs = priceOf(slot);
        if (costs < 0) continue;
        minutes = Math.min(minutes, (flights.arrival[slot] ?? 0) - leaves);
        price = Math.min(price, costs);
      }
    }
    const best = { minutes, price };
    bestLast.set(airport, best);
    return best;
  }

  function middleFlightsFrom(airport: number): readonly MiddleFlights[] {
    const known = middleFrom.get(airport);
    if (known) return known;
    const landed = landings.at.get(airport) ?? landings.all;
    const built = routes
      .from(airport)
      .filter(({ destination }) => canChangeAt(destination) && lastRoutes.has(destination))
      .map((route) =>
        createMiddleFlights(schedule, route, { priceOf, lastAfter, landed, bestLast: bestLastFrom(route.destination) }),
      );
    middleFrom.set(airport, built);
    return built;
  }

  return {
    /** The flights that end a trip after this one. */
    last: lastAfter,
    /** The pairs of flights that end a trip after this one, but for those that are beaten. */
    pairs(
      slot: number,
      route: FlightRoute,
      isBeaten: IsBeaten,
      onPair: (middle: number, last: OnwardFlight) => void,
    ): void {
      if (!canChangeAt(route.destination)) return;
      const arrival = flights.arrival[slot] ?? 0;
      for (const middle of middleFlightsFrom(route.destination)) {
        const from = arrival + connectingMinutes(route, middle.route);
        middle.visit({ from, until: arrival + longestConnectionMinutes }, isBeaten, onPair);
      }
    },
  };
}

type Landings = { readonly from: number; readonly until: number };

/** When the first flights of a search land, from the first of them to the last: everywhere, and at each airport. */
function landingsOf({ flights }: Schedule, first: readonly FirstFlight[]) {
  const at = new Map<number, Landings>();
  let all: Landings = { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY };
  for (const { slot, route } of first) {
    const arrival = flights.arrival[slot] ?? 0;
    at.set(route.destination, extended(at.get(route.destination), arrival));
    all = extended(all, arrival);
  }
  return { at, all };
}

function extended(landings: Landings | undefined, arrival: number): Landings {
  if (!landings) return { from: arrival, until: arrival };
  return { from: Math.min(landings.from, arrival), until: Math.max(landings.until, arrival) };
}
