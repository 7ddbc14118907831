/** Cabins are numbered below this. */
const maximumCabins = 4;

/** All flights from one airport to another, in the order of departure. */
export type FlightRoute = {
  /** Numbers of airports. */
  readonly origin: number;
  readonly destination: number;
  /** Slots of flights by departure, then id; only the first `length` count. */
  slots: Int32Array;
  length: number;
  /**
   * No flight of the route takes less, or costs less in a cabin (by its number). Only ever lowered: a flight that is gone or
   * dearer now makes a search look closer than it needs to, until the next start, and nothing else.
   */
  leastMinutes: number;
  readonly leastPrices: Float64Array;
};

/** How a list of flights is ordered: by the minute of departure of each slot, then by `compareIds`. */
export type DepartureOrder = {
  readonly departureOf: (slot: number) => number;
  readonly compareIds: (one: number, other: number) => number;
};

/** The flights between airports, found by either end. */
export function createFlightRoutes(order: DepartureOrder) {
  const byPair = new Map<number, FlightRoute>();
  const outgoing = new Map<number, FlightRoute[]>();
  const incoming = new Map<number, FlightRoute[]>();

  function routeFor(origin: number, destination: number): FlightRoute {
    const pair = pairOf(origin, destination);
    const known = byPair.get(pair);
    if (known) return known;
    const route: FlightRoute = {
      ...{ origin, destination, slots: new Int32Array(4), length: 0 },
      leastMinutes: Number.POSITIVE_INFINITY,
      leastPrices: new Float64Array(maximumCabins).fill(Number.POSITIVE_INFINITY),
    };
    byPair.set(pair, route);
    outgoing.set(origin, [...(outgoing.get(origin) ?? []), route]);
    incoming.set(destination, [...(incoming.get(destination) ?? []), route]);
    return route;
  }

  function placeOf(route: FlightRoute, slot: number): number {
    let at = firstFrom(route, order, order.departureOf(slot));
    while (at < route.length && isBefore(route.slots[at] ?? 0, slot, order)) at += 1;
    return at;
  }

  return {
    /** Returns the route that the flight now belongs to. */
    add(origin: number, destination: number, slot: number): FlightRoute {
      const route = routeFor(origin, destination);
      if (route.length === route.slots.length) {
        const longer = new Int32Array(Math.ceil(route.length * 1.5));
        longer.set(route.slots);
        route.slots = longer;
      }
      const at = placeOf(route, slot);
      route.slots.copyWithin(at + 1, at, route.length);
      route.slots[at] = slot;
      route.length += 1;
      return route;
    },
    /** To be called while the flight still has the departure it was added with. */
    remove(origin: number, destination: number, slot: number): void {
      const route = routeFor(origin, destination);
      const at = placeOf(route, slot);
      if (route.slots[at] !== slot) throw new Error('A flight stands in the list of its route.');
      route.slots.copyWithin(at, at + 1, route.length);
      route.length -= 1;
    },
    between: (origin: number, destination: number) => byPair.get(pairOf(origin, destination)),
    from: (origin: number): readonly FlightRoute[] => outgoing.get(origin) ?? [],
    to: (destination: number): readonly FlightRoute[] => incoming.get(destination) ?? [],
    all: (): Iterable<FlightRoute> => byPair.values(),
  };
}

/** Where in a route's list the flights begin that leave at this minute or later. */
export function firstFrom(
  { slots, length }: FlightRoute,
  { departureOf }: Pick<DepartureOrder, 'departureOf'>,
  minute: number,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (departureOf(slots[middle] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(one: number, other: number, { departureOf, compareIds }: DepartureOrder): boolean {
  return departureOf(one) === departureOf(other) && compareIds(one, other) < 0;
}

/** Airports are numbered with two bytes. */
const pairOf = (origin: number, destination: number) => origin * 65_536 + destination;
