import { type FlightRoute, firstFrom } from './flight-routes.ts';
import { createLastFlights } from './last-flights.ts';
import { createMiddleRoutes } from './middle-routes.ts';
import type { Schedule } from './schedule.ts';
import { createTripFront, isBetter } from './trip-front.ts';

/** What a search for one way looks for, in the numbers of the schedule. */
export type TripQuestion = {
  readonly origins: readonly number[];
  readonly destinations: readonly number[];
  /** Of the first departure, on the calendar of its airport. */
  readonly localDay: number;
  /** The first departure is no earlier; minutes since 1970. */
  readonly earliestMinute: number;
  readonly cabin: number;
  readonly seats: number;
  readonly maximumStops: 0 | 1 | 2;
};

/** Flights that lead from one place to another. Times in minutes since 1970; the price is for one seat on all of them. */
export type Trip = {
  readonly slots: readonly number[];
  readonly departure: number;
  readonly arrival: number;
  readonly price: number;
  readonly stops: number;
};

/** The least minutes between a flight of one route and one of the next. */
export type ConnectingRule = (from: FlightRoute, to: FlightRoute) => number;

const furthestAheadMinutes = 14 * 60;
const furthestBehindMinutes = 12 * 60;

/**
 * All trips of a day that no other trip beats (see `isBetter`); of those that are alike in everything, the first by the
 * ids of their flights. A trip never comes back to its origin nor through its destination, and so meets no airport twice.
 *
 * The search goes by departure, from the last to the first, so that each trip can be held against those that leave later.
 * Where one changes, it first asks what a route takes and costs at the very least, and looks at its flights only when a trip
 * with those would not be beaten.
 */
export function findTrips(schedule: Schedule, connectingMinutes: ConnectingRule, question: TripQuestion): Trip[] {
  const origins = new Set(question.origins);
  const destinations = new Set(question.destinations);
  if (question.origins.some((origin) => destinations.has(origin))) return [];
  const { routes } = schedule;
  const outward = [...origins]
    .flatMap((origin) => routes.from(origin))
    .filter(({ destination }) => !origins.has(destination));
  const first = firstFlights(schedule, outward, question);
  const canChangeAt = (airport: number) => !origins.has(airport) && !destinations.has(airport);
  const last = createLastFlights(schedule, connectingMinutes, { destinations, canChangeAt, question });
  const middle = createMiddleRoutes(schedule, connectingMinutes, { last, canChangeAt, question });
  const found: Trip[] = [];
  const front = createTripFront();

  function offer(slots: readonly number[], arrival: number, price: number): void {
    const departure = schedule.flights.departure[slots[0] ?? 0] ?? 0;
    const stops = slots.length - 1;
    if (front.beats(departure, arrival, price, stops)) return;
    const trip = { slots, departure, arrival, price, stops };
    front.add(trip);
    found.push(trip);
  }

  for (const { slot, route, price } of first) {
    const arrival = schedule.flights.arrival[slot] ?? 0;
    if (destinations.has(route.destination)) {
      offer([slot], arrival, price);
      continue;
    }
    const departure = schedule.flights.departure[slot] ?? 0;
    if (question.maximumStops >= 1) {
      for (const next of last.after(slot, route)) offer([slot, next.slot], next.arrival, price + next.price);
    }
    if (question.maximumStops >= 2) {
      middle.pairsAfter(
        slot,
        route,
        (earliestArrival, leastPrice) => front.beats(departure, earliestArrival, price + leastPrice, 2),
        (second, third, onwardPrice) => offer([slot, second, third.slot], third.arrival, price + onwardPrice),
      );
    }
  }
  return withoutBeaten(schedule, found);
}

/** A flight that a trip can begin with. */
export type FirstFlight = { readonly slot: number; readonly route: FlightRoute; readonly price: number };

/** From the last departure to the first. */
function firstFlights(schedule: Schedule, routes: readonly FlightRoute[], question: TripQuestion): FirstFlight[] {
  const { flights } = schedule;
  const order = { departureOf: (slot: number) => flights.departure[slot] ?? 0 };
  const midnight = question.localDay * 1_440;
  const from = Math.max(question.earliestMinute, midnight - furthestAheadMinutes);
  const until = midnight + 1_440 + furthestBehindMinutes;
  const found: FirstFlight[] = [];
  for (const route of routes) {
    for (let at = firstFrom(route, order, from); at < route.length; at++) {
      const slot = route.slots[at] ?? 0;
      if ((flights.departure[slot] ?? 0) > until) break;
      if (flights.localDay[slot] !== question.localDay) continue;
      const price = schedule.openPriceOf(slot, question.cabin, question.seats);
      if (price >= 0) found.push({ slot, route, price });
    }
  }
  return found.sort((one, other) => order.departureOf(other.slot) - order.departureOf(one.slot));
}

/** What was offered before a better one of the same minute came is still among the trips. */
function withoutBeaten(schedule: Schedule, trips: readonly Trip[]): Trip[] {
  const kept: Trip[] = [];
  for (const trip of trips.toSorted((one, other) => compareTrips(schedule, one, other))) {
    // A better trip stands before those it beats, and so does the one to keep of several that are alike.
    if (!kept.some((one) => isBetter(one, trip) || isAlike(one, trip))) kept.push(trip);
  }
  return kept;
}

function compareTrips(schedule: Schedule, one: Trip, other: Trip): number {
  return (
    other.departure - one.departure ||
    one.arrival - other.arrival ||
    one.price - other.price ||
    one.stops - other.stops ||
    compareFlights(schedule, one.slots, other.slots)
  );
}

function compareFlights(schedule: Schedule, one: readonly number[], other: readonly number[]): number {
  for (const [index, slot] of one.entries()) {
    const difference = schedule.compareIds(slot, other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const isAlike = (one: Trip, other: Trip) =>
  one.departure === other.departure &&
  one.arrival === other.arrival &&
  one.price === other.price &&
  one.stops === other.stops;
