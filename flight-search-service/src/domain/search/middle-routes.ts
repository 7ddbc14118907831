import { longestConnectionMinutes } from './connecting-times.ts';
import type { ConnectingRule, TripQuestion } from './find-trips.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import type { LastFlights, Least, OnwardFlight } from './last-flights.ts';
import type { Schedule } from './schedule.ts';

/** Whether everything that arrives no earlier and costs no less, from here on, is beaten by a trip that was found. */
export type IsBeaten = (earliestArrival: number, leastPrice: number) => boolean;

/** A route as the second of three, with what it and the last one take and cost at least. */
type MiddleRoute = {
  readonly route: FlightRoute;
  /** From departure to the end of the trip. */
  readonly least: Least;
  /** From landing to the end of the trip. */
  readonly leastRest: Least;
  /** The least price of this route and those behind it in the list. */
  leastPriceFromHere: number;
};

/** The second and third flights of one search; built as far as they are asked for. */
export function createMiddleRoutes(
  schedule: Schedule,
  connectingMinutes: ConnectingRule,
  search: {
    readonly last: LastFlights;
    readonly canChangeAt: (airport: number) => boolean;
    readonly question: TripQuestion;
  },
) {
  const { flights, routes } = schedule;
  const { last, canChangeAt, question } = search;
  const order = { departureOf: (slot: number) => flights.departure[slot] ?? 0 };
  const routesFrom = new Map<number, readonly MiddleRoute[]>();
  const lastsAfter = new Map<number, readonly OnwardFlight[]>();

  /** Those that may end soonest first: as soon as one is too late, so are all behind it. */
  function middleRoutesFrom(airport: number): readonly MiddleRoute[] {
    const known = routesFrom.get(airport);
    if (known) return known;
    const built: MiddleRoute[] = [];
    for (const route of routes.from(airport)) {
      if (!last.leadFrom(route.destination)) continue;
      const leastRest = last.leastAfter(route);
      const price = (route.leastPrices[question.cabin] ?? 0) + leastRest.price;
      const minutes = route.leastMinutes + leastRest.minutes;
      built.push({ route, least: { minutes, price }, leastRest, leastPriceFromHere: price });
    }
    built.sort((one, other) => one.least.minutes - other.least.minutes);
    for (let index = built.length - 2; index >= 0; index--) {
      const [here, next] = [built[index], built[index + 1]];
      if (here && next) here.leastPriceFromHere = Math.min(here.leastPriceFromHere, next.leastPriceFromHere);
    }
    routesFrom.set(airport, built);
    return built;
  }

  function lastFlightsAfter(slot: number, route: FlightRoute): readonly OnwardFlight[] {
    const known = lastsAfter.get(slot);
    if (known) return known;
    const found = last.after(slot, route);
    lastsAfter.set(slot, found);
    return found;
  }

  /** Flights in the order of departure: when not even the fastest and cheapest of the route would do, none behind will. */
  function visit(
    { route, least, leastRest }: MiddleRoute,
    window: { readonly from: number; readonly until: number },
    isBeaten: IsBeaten,
    onPair: (middle: number, last: OnwardFlight, price: number) => void,
  ): void {
    for (let at = firstFrom(route, order, window.from); at < route.length; at++) {
      const slot = route.slots[at] ?? 0;
      const departure = flights.departure[slot] ?? 0;
      if (departure > window.until || isBeaten(departure + least.minutes, least.price)) return;
      const price = schedule.openPriceOf(slot, question.cabin, question.seats);
      if (price < 0) continue;
      const arrival = flights.arrival[slot] ?? 0;
      if (isBeaten(arrival + leastRest.minutes, price + leastRest.price)) continue;
      for (const next of lastFlightsAfter(slot, route)) {
        if (!isBeaten(next.arrival, price + next.price)) onPair(slot, next, price + next.price);
      }
    }
  }

  return {
    /** The pairs of flights that end a trip after this one, but for those that are beaten. */
    pairsAfter(
      slot: number,
      route: FlightRoute,
      isBeaten: IsBeaten,
      onPair: (middle: number, last: OnwardFlight, price: number) => void,
    ): void {
      if (!canChangeAt(route.destination)) return;
      const arrival = flights.arrival[slot] ?? 0;
      for (const middle of middleRoutesFrom(route.destination)) {
        if (isBeaten(arrival + middle.least.minutes, middle.leastPriceFromHere)) return;
        const from = arrival + connectingMinutes(route, middle.route);
        if (isBeaten(from + middle.least.minutes, middle.least.price)) continue;
        visit(middle, { from, until: arrival + longestConnectionMinutes }, isBeaten, onPair);
      }
    },
  };
}
