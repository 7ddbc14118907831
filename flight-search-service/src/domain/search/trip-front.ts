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
  /** By number of stops: trips with so many or fewer. Each arrives later and costs less than the one before it. */
  const fronts: TripMerits[][] = [[], [], []];
  return {
    /** Whether a trip that arrives no earlier and costs no less than this is surely beaten. */
    beats(departure: number, arrival: number, price: number, stops: number): boolean {
      const front = fronts[stops] ?? [];
      // Of those that arrive by then, the last one costs least.
      const one = front[placeAfter(front, arrival) - 1];
      if (one === undefined || one.price > price) return false;
      return one.price < price || one.arrival < arrival || one.departure > departure || one.stops < stops;
    },
    /** A trip that is not beaten. */
    add(trip: TripMerits): void {
      for (let stops = trip.stops; stops < fronts.length; stops++) {
        const front = fronts[stops] ?? [];
        const behind = placeAfter(front, trip.arrival);
        const before = front[behind - 1];
        const isSameArrival = before?.arrival === trip.arrival;
        // One that changes more often may well beat it there.
        if (before && (before.price < trip.price || (before.price === trip.price && !isSameArrival))) continue;
        const start = isSameArrival ? behind - 1 : behind;
        let end = behind;
        while (end < front.length && (front[end]?.price ?? 0) >= trip.price) end += 1;
        front.splice(start, end - start, trip);
      }
    },
  };
}

/** Behind the trips that arrive at this minute or before. */
function placeAfter(front: readonly TripMerits[], arrival: number): number {
  let low = 0;
  let high = front.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((front[middle]?.arrival ?? 0) <= arrival) low = middle + 1;
    else high = middle;
  }
  return low;
}
