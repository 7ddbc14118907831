import { longestConnectionMinutes } from './connecting-times.ts';
import { type FlightRoute, firstFrom } from './flight-routes.ts';
import type { OnwardFlight } from './onward-flights.ts';
import type { Schedule } from './schedule.ts';

/** So many pairs are passed over with one look where the best of them would not do. */
const pairsPerBlock = 16;

/** The flights of one route, each with the last flights that may follow it; price and arrival are of both together. */
export type OnwardPairs = ReturnType<typeof createOnwardPairs>;

/** @param parts.landed when those who would change here arrive: flights that none of them can reach are left out. */
export function createOnwardPairs(
  route: FlightRoute,
  parts: {
    readonly schedule: Schedule;
    readonly priceOf: (slot: number) => number;
    readonly lastAfter: (slot: number, route: FlightRoute) => readonly OnwardFlight[];
    readonly landed: { readonly from: number; readonly until: number };
  },
) {
  const { departure } = parts.schedule.flights;
  const order = { departureOf: (slot: number) => departure[slot] ?? 0 };
  const departures: number[] = [];
  const middles: number[] = [];
  const lasts: OnwardFlight[] = [];
  for (let at = firstFrom(route, order, parts.landed.from); at < route.length; at++) {
    const slot = route.slots[at] ?? 0;
    const leaves = departure[slot] ?? 0;
    if (leaves > parts.landed.until + longestConnectionMinutes) break;
    const price = parts.priceOf(slot);
    if (price < 0) continue;
    for (const last of parts.lastAfter(slot, route)) {
      departures.push(leaves);
      middles.push(slot);
      lasts.push({ slot: last.slot, arrival: last.arrival, price: price + last.price });
    }
  }
  const blocks = Array.from({ length: Math.ceil(lasts.length / pairsPerBlock) }, (_, block) => {
    const members = lasts.slice(block * pairsPerBlock, (block + 1) * pairsPerBlock);
    return {
      earliestArrival: Math.min(...members.map(({ arrival }) => arrival)),
      leastPrice: Math.min(...members.map(({ price }) => price)),
    };
  });

  /** The place of the first pair that leaves at this minute or later. */
  function placeFrom(minute: number): number {
    let low = 0;
    let high = departures.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((departures[middle] ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    route,
    count: lasts.length,
    /** Calls `onPair` for the pairs that leave within the window, but for those that are surely beaten. */
    visit(
      window: { readonly from: number; readonly until: number },
      isBeaten: (earliestArrival: number, leastPrice: number, stops: number) => boolean,
      onPair: (middle: number, last: OnwardFlight) => void,
    ): void {
      const end = placeFrom(window.until + 1);
      for (let at = placeFrom(window.from); at < end; ) {
        const block = Math.floor(at / pairsPerBlock);
        const blockEnd = Math.min(end, (block + 1) * pairsPerBlock);
        const { earliestArrival, leastPrice } = blocks[block] ?? { earliestArrival: 0, leastPrice: 0 };
        if (!isBeaten(earliestArrival, leastPrice, 2)) {
          for (let one = at; one < blockEnd; one++) {
            const last = lasts[one];
            if (last && !isBeaten(last.arrival, last.price, 2)) onPair(middles[one] ?? 0, last);
          }
        }
        at = blockEnd;
      }
    },
  };
}
