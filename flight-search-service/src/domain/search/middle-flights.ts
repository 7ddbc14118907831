import { longestConnectionMinutes } from './connecting-times.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import type { IsBeaten, OnwardFlight } from './onward-flights.ts';
import type { Schedule } from './schedule.ts';

/** The flights of one route as the second of three. */
export type MiddleFlights = ReturnType<typeof createMiddleFlights>;

/**
 * Which last flights follow a flight is found out only when the flight may be part of a trip that is not beaten, whatever
 * follows it; and a route is left as soon as none of its later flights may be.
 * @param parts.landed when those who would change here arrive: flights that none of them can reach are left out.
 * @param parts.bestLast what the rest of the trip takes and costs at least.
 */
export function createMiddleFlights(
  schedule: Schedule,
  route: FlightRoute,
  parts: {
    readonly priceOf: (slot: number) => number;
    readonly lastAfter: (slot: number, route: FlightRoute) => readonly OnwardFlight[];
    readonly landed: { readonly from: number; readonly until: number };
    readonly bestLast: { readonly minutes: number; readonly price: number };
  },
) {
  const { departure, arrival } = schedule.flights;
  const slots: number[] = [];
  const departures: number[] = [];
  const prices: number[] = [];
  const start = firstFrom(route, { departureOf: (slot) => departure[slot] ?? 0 }, parts.landed.from);
  for (let at = start; at < route.length; at++) {
    const slot = route.slots[at] ?? 0;
    const leaves = departure[slot] ?? 0;
    if (leaves > parts.landed.until + longestConnectionMinutes) break;
    const price = parts.priceOf(slot);
    if (price < 0) continue;
    slots.push(slot);
    departures.push(leaves);
    prices.push(price);
  }
  /** The earliest end and the least price of a trip with this flight, and with this one or any later one. */
  const ends = slots.map((slot) => (arrival[slot] ?? 0) + parts.bestLast.minutes);
  const costs = prices.map((price) => price + parts.bestLast.price);
  const endsFromHere = leastFromHere(ends);
  const costsFromHere = leastFromHere(costs);
  const lasts: (readonly OnwardFlight[])[] = [];

  function lastAfter(index: number): readonly OnwardFlight[] {
    const known = lasts[index];
    if (known) return known;
    const price = prices[index] ?? 0;
    const found = parts
      .lastAfter(slots[index] ?? 0, route)
      .map((last) => ({ slot: last.slot, arrival: last.arrival, price: price + last.price }));
    lasts[index] = found;
    return found;
  }

  return {
    route,
    /** Calls `onPair` for the pairs that leave within the window and are not beaten. */
    visit(
      window: { readonly from: number; readonly until: number },
      isBeaten: IsBeaten,
      onPair: (middle: number, last: OnwardFlight) => void,
    ): void {
      for (let index = firstAtLeast(departures, window.from); index < slots.length; index++) {
        if ((departures[index] ?? 0) > window.until) return;
        if (isBeaten(endsFromHere[index] ?? 0, costsFromHere[index] ?? 0)) return;
        if (isBeaten(ends[index] ?? 0, costs[index] ?? 0)) continue;
        for (const last of lastAfter(index)) {
          if (!isBeaten(last.arrival, last.price)) onPair(slots[index] ?? 0, last);
        }
      }
    },
  };
}

/** Of each place, the least of the values there and behind it. */
function leastFromHere(values: readonly number[]): number[] {
  const least = [...values];
  for (let index = least.length - 2; index >= 0; index--) {
    least[index] = Math.min(least[index] ?? 0, least[index + 1] ?? 0);
  }
  return least;
}

/** The place of the first of these rising values that is no less than this one. */
function firstAtLeast(values: readonly number[], least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
