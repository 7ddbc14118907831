/** What makes one trip better than another: leaving later, arriving earlier, costing less, changing less often. */
export type TripMerits = {
  readonly departure: number;
  readonly arrival: number;
  readonly price: number;
  readonly stops: number;
};

/** Whether the first is as good as the second in everything, and better in something. */
export function isBetter(one: TripMerits, other: TripMerits): boolean {
  const asGood =
    one.departure >= other.departure &&
    one.arrival <= other.arrival &&
    one.price <= other.price &&
    one.stops <= other.stops;
  return (
    asGood &&
    (one.departure > other.departure ||
      one.arrival < other.arrival ||
      one.price < other.price ||
      one.stops < other.stops)
  );
}

/**
 * The trips that no other one is better than, of those offered so far, to ask about those that may come. It belongs to a
 * search that goes from late departures to early ones: whatever is offered leaves no later than what is here.
 */
export function createTripFront() {
  /** By number of stops: trips with so many or fewer. */
  const fronts: TripMerits[][] = [[], [], []];
  return {
    /** Whether a trip that arrives no earlier and costs no less than this is surely beaten. */
    beats(departure: number, arrival: number, price: number, stops: number): boolean {
      for (const one of fronts[stops] ?? []) {
        if (one.arrival > arrival || one.price > price) continue;
        if (one.arrival < arrival || one.price < price || one.departure > departure || one.stops < stops) return true;
      }
      return false;
    },
    add(trip: TripMerits): void {
      for (let stops = trip.stops; stops < fronts.length; stops++) {
        const kept = (fronts[stops] ?? []).filter((one) => one.arrival < trip.arrival || one.price < trip.price);
        kept.push(trip);
        fronts[stops] = kept;
      }
    },
  };
}
