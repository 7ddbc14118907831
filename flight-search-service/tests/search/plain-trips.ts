import type { FlightRecord } from '../../src/domain/flight.ts';

/** What the plain search needs to know of a flight that can be bought. Times in minutes. */
export type PlainFlight = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly localDate: string;
  readonly departure: number;
  readonly arrival: number;
  readonly price: number;
};

export type PlainTrip = { readonly ids: readonly string[]; readonly merits: readonly [number, number, number, number] };

export type PlainQuestion = {
  readonly origins: readonly string[];
  readonly destinations: readonly string[];
  readonly localDate: string;
  readonly maximumStops: number;
  readonly connectingMinutes: (from: string, here: string, to: string) => number;
};

/** Every trip there is, tried out one by one, and then every trip held against every other: slow, and right by looking at it. */
export function findPlainTrips(flights: readonly PlainFlight[], question: PlainQuestion): PlainTrip[] {
  const trips: PlainTrip[] = [];
  const last = (trip: readonly PlainFlight[]) => trip[trip.length - 1] as PlainFlight;

  function extend(trip: readonly PlainFlight[]): void {
    if (question.destinations.includes(last(trip).to)) {
      trips.push(toTrip(trip));
      return;
    }
    if (trip.length > question.maximumStops) return;
    for (const next of flights) if (mayFollow(trip, next)) extend([...trip, next]);
  }

  function mayFollow(trip: readonly PlainFlight[], next: PlainFlight): boolean {
    const before = last(trip);
    const wait = next.departure - before.arrival;
    return (
      next.from === before.to &&
      !question.origins.includes(next.to) &&
      trip.every(({ from }) => from !== next.to) &&
      wait >= question.connectingMinutes(before.from, before.to, next.to) &&
      wait <= 24 * 60
    );
  }

  for (const first of flights) {
    const begins = question.origins.includes(first.from) && !question.origins.includes(first.to);
    if (begins && first.localDate === question.localDate) extend([first]);
  }
  return trips.filter((trip) => !trips.some((other) => beats(other, trip)));
}

function toTrip(trip: readonly PlainFlight[]): PlainTrip {
  const [first, last] = [trip[0], trip[trip.length - 1]] as [PlainFlight, PlainFlight];
  const price = trip.reduce((sum, flight) => sum + flight.price, 0);
  return { ids: trip.map(({ id }) => id), merits: [-first.departure, last.arrival, price, trip.length] };
}

/** Leaves no earlier, arrives no later, costs no more, changes no more often; and is better in one of these, or the first by ids. */
function beats(one: PlainTrip, other: PlainTrip): boolean {
  if (one.merits.some((merit, index) => merit > (other.merits[index] ?? 0))) return false;
  if (one.merits.some((merit, index) => merit < (other.merits[index] ?? 0))) return true;
  return one.ids.join() < other.ids.join();
}

/** The flights of these that have a cabin with so many free seats, and can still be bought. */
export function toPlainFlights(records: readonly FlightRecord[], cabin: string, seats: number): PlainFlight[] {
  return records.flatMap((record) => {
    const fare = record.fares.find((one) => one.cabin === cabin);
    const isOpen = ['scheduled', 'delayed', 'boarding'].includes(record.status);
    if (!fare || fare.seats - fare.taken < seats || !isOpen) return [];
    return {
      id: record.id,
      from: record.originCode,
      to: record.destinationCode,
      localDate: record.localDate,
      departure: record.departsAtMs / 60_000,
      arrival: record.arrivesAtMs / 60_000,
      price: fare.priceMinor,
    };
  });
}
