import { longestConnectionMinutes } from './connecting-times.ts';
import type { ConnectingRule, TripQuestion } from './find-trips.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import type { Schedule } from './schedule.ts';

/** The last flight of a trip, and what the way from here to its end costs. */
export type OnwardFlight = { readonly slot: number; readonly arrival: number; readonly price: number };

/** What a part of a trip takes and costs at the very least. */
export type Least = { readonly minutes: number; readonly price: number };

/** How trips of one search end, after a change. */
export type LastFlights = ReturnType<typeof createLastFlights>;

/** @param search.canChangeAt the airports where such a trip may change. */
export function createLastFlights(
  schedule: Schedule,
  connectingMinutes: ConnectingRule,
  search: {
    readonly destinations: ReadonlySet<number>;
    readonly canChangeAt: (airport: number) => boolean;
    readonly question: TripQuestion;
  },
) {
  const { flights, routes } = schedule;
  const { cabin, seats } = search.question;
  const order = { departureOf: (slot: number) => flights.departure[slot] ?? 0 };
  /** By airport: thousands of routes ask whether it leads on, so that looking up must cost nothing. */
  const routesFrom: (FlightRoute[] | undefined)[] = new Array(schedule.airports.count()).fill(undefined);
  for (const destination of search.destinations) {
    for (const route of routes.to(destination)) {
      if (!search.canChangeAt(route.origin)) continue;
      const together = routesFrom[route.origin];
      if (together) together.push(route);
      else routesFrom[route.origin] = [route];
    }
  }

  function isKeptBefore(one: OnwardFlight, other: OnwardFlight): boolean {
    if (one.arrival > other.arrival || one.price > other.price) return false;
    if (one.arrival < other.arrival || one.price < other.price) return true;
    return schedule.compareIds(one.slot, other.slot) < 0;
  }

  return {
    leadFrom: (airport: number) => routesFrom[airport] !== undefined,
    /**
     * The last flights that can follow one that just landed, none of them beaten by another; of those that are alike, the
     * first by id.
     */
    after(slot: number, route: FlightRoute): readonly OnwardFlight[] {
      const arrival = flights.arrival[slot] ?? 0;
      const until = arrival + longestConnectionMinutes;
      const kept: OnwardFlight[] = [];
      for (const next of routesFrom[route.destination] ?? []) {
        for (let at = firstFrom(next, order, arrival + connectingMinutes(route, next)); at < next.length; at++) {
          const candidate = next.slots[at] ?? 0;
          if ((flights.departure[candidate] ?? 0) > until) break;
          const price = schedule.openPriceOf(candidate, cabin, seats);
          if (price < 0) continue;
          const one = { slot: candidate, arrival: flights.arrival[candidate] ?? 0, price };
          if (!kept.some((other) => isKeptBefore(other, one))) {
            removeWhere(kept, (other) => isKeptBefore(one, other));
            kept.push(one);
          }
        }
      }
      return kept;
    },
    /** Between landing at the end of this route and the end of the trip. */
    leastAfter(route: FlightRoute): Least {
      let [minutes, price] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const next of routesFrom[route.destination] ?? []) {
        minutes = Math.min(minutes, connectingMinutes(route, next) + next.leastMinutes);
        price = Math.min(price, next.leastPrices[cabin] ?? 0);
      }
      return { minutes, price };
    },
  };
}

function removeWhere<T>(items: T[], matches: (item: T) => boolean): void {
  let kept = 0;
  for (const item of items) if (!matches(item)) items[kept++] = item;
  items.length = kept;
}
