import { createBestFlights, type FoundFlight } from './best-flights.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import { minuteMs, type Schedule } from './schedule.ts';

/** What a search looks for, in the numbers of the schedule. Instants are Unix milliseconds. */
export type FlightQuestion = {
  /** Numbers of airports; undefined for anywhere. */
  readonly origins: readonly number[] | undefined;
  readonly destinations: readonly number[] | undefined;
  /** On the calendar of the origin. */
  readonly localDay: number | undefined;
  readonly departsFromMs: number | undefined;
  readonly departsUntilMs: number | undefined;
  readonly airlines: ReadonlySet<number> | undefined;
  readonly status: number | undefined;
  readonly cabin: number | undefined;
  readonly passengers: number | undefined;
  readonly minimumPrice: number | undefined;
  readonly maximumPrice: number | undefined;
  readonly sort: { readonly by: 'departure' | 'price' | 'duration'; readonly descending: boolean };
  /** The sort value and id of the last flight of the page before. */
  readonly after: { readonly value: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const dayMinutes = 1_440;
const furthestAheadMinutes = 14 * 60;
const furthestBehindMinutes = 12 * 60;

/** The first flights that match, in the order asked for. */
export function findFlights(schedule: Schedule, question: FlightQuestion): FoundFlight[] {
  const { sort, limit } = question;
  const best = createBestFlights({ limit, descending: sort.descending, compareIds: schedule.compareIds });
  const window = windowOf(question);
  const matches = createMatcher(schedule, question);
  for (const route of routesOf(schedule, question)) {
    searchRoute(schedule, route, { window, sort, matches, best });
  }
  return best.sorted();
}

type Window = { readonly from: number; readonly until: number };

/** Minutes between which everything lies that can match; a little more than that for a local day. */
function windowOf({ localDay, departsFromMs, departsUntilMs }: FlightQuestion): Window {
  const from = departsFromMs === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(departsFromMs / minuteMs);
  const until = departsUntilMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(departsUntilMs / minuteMs);
  if (localDay === undefined) return { from, until };
  const midnight = localDay * dayMinutes;
  return {
    from: Math.max(from, midnight - furthestAheadMinutes),
    until: Math.min(until, midnight + dayMinutes + furthestBehindMinutes),
  };
}

function* routesOf(schedule: Schedule, { origins, destinations }: FlightQuestion): Generator<FlightRoute> {
  const { routes } = schedule;
  if (origins && destinations) {
    for (const origin of origins) {
      for (const destination of destinations) {
        const route = routes.between(origin, destination);
        if (route) yield route;
      }
    }
  } else if (origins) for (const origin of origins) yield* routes.from(origin);
  else if (destinations) for (const destination of destinations) yield* routes.to(destination);
  else yield* routes.all();
}

/** Offers the matching flights of a route; where departure is the order, only until those of others are certainly earlier. */
function searchRoute(
  schedule: Schedule,
  route: FlightRoute,
  search: {
    window: Window;
    sort: FlightQuestion['sort'];
    matches: (slot: number) => number;
    best: ReturnType<typeof createBestFlights>;
  },
): void {
  const { window, sort, matches, best } = search;
  const { departure } = schedule.flights;
  const order = { departureOf: (slot: number) => departure[slot] ?? 0 };
  const start = firstFrom(route, order, window.from);
  const end = window.until === Number.POSITIVE_INFINITY ? route.length : firstFrom(route, order, window.until + 1);
  const backwards = sort.by === 'departure' && sort.descending;
  for (let step = 0; step < end - start; step++) {
    const slot = route.slots[backwards ? end - 1 - step : start + step] ?? 0;
    if (sort.by === 'departure' && best.isPast((departure[slot] ?? 0) * minuteMs)) return;
    const value = matches(slot);
    if (value >= 0) best.offer(slot, value);
  }
}

/** Whether a flight matches: its sort value if so, -1 otherwise. Departures before 1970 there are none. */
function createMatcher(schedule: Schedule, question: FlightQuestion): (slot: number) => number {
  const { flights } = schedule;
  const { localDay, airlines, status, minimumPrice, maximumPrice, sort } = question;
  const isAfter = createCursorTest(schedule, question);
  return (slot) => {
    if (localDay !== undefined && flights.localDay[slot] !== localDay) return -1;
    if (airlines && !airlines.has(flights.airline[slot] ?? 0)) return -1;
    if (status !== undefined && flights.status[slot] !== status) return -1;
    const price = lowestPriceOf(schedule, slot, question);
    if (price < 0 || price < (minimumPrice ?? 0) || price > (maximumPrice ?? Number.POSITIVE_INFINITY)) return -1;
    const departure = flights.departure[slot] ?? 0;
    const value = {
      departure: departure * minuteMs,
      price,
      duration: ((flights.arrival[slot] ?? 0) - departure) * minuteMs,
    }[sort.by];
    return isAfter(slot, value) ? value : -1;
  };
}

/** Of the fares that would do for the party; -1 where none does. */
function lowestPriceOf({ flights, fares }: Schedule, slot: number, { cabin, passengers }: FlightQuestion): number {
  const start = flights.fareStart[slot] ?? 0;
  const end = start + (flights.fareCount[slot] ?? 0);
  let lowest = -1;
  for (let at = start; at < end; at++) {
    if (cabin !== undefined && fares.cabin[at] !== cabin) continue;
    if (passengers !== undefined && (fares.seats[at] ?? 0) - (fares.taken[at] ?? 0) < passengers) continue;
    const price = fares.price[at] ?? 0;
    if (lowest < 0 || price < lowest) lowest = price;
  }
  return lowest;
}

/** The flight of a cursor may have changed, or be gone: its value and its id as text still say where the page ended. */
function createCursorTest(
  schedule: Schedule,
  { after, sort }: FlightQuestion,
): (slot: number, value: number) => boolean {
  if (!after) return () => true;
  const sign = sort.descending ? -1 : 1;
  return (slot, value) => {
    if (value !== after.value) return sign * (value - after.value) > 0;
    const id = schedule.idOf(slot);
    return sort.descending ? id < after.id : id > after.id;
  };
}
