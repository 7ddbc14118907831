import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';

/** A flight as a plain search needs it. Times in minutes. */
export type PlainFlight = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly fromCity: string;
  readonly toCity: string;
  readonly fromCountry: string;
  readonly toCountry: string;
  readonly localDate: string;
  readonly departure: number;
  readonly arrival: number;
  readonly price: number;
};

/** Flights in the order of departure: by where they leave from, and by both ends. */
export type PlainSchedule = {
  readonly from: ReadonlyMap<string, readonly PlainFlight[]>;
  readonly between: ReadonlyMap<string, readonly PlainFlight[]>;
  /** Airports that a code names: its own, or those of a metropolitan area. */
  readonly airportsOf: (code: string) => readonly string[];
};

type PlainTrip = { readonly flights: readonly PlainFlight[]; readonly price: number };

const longestConnectionMinutes = 24 * 60;

/** The economy seats of a flight as the API shows it; nothing where it has none. */
export function toPlainFlight(flight: Flight): PlainFlight[] {
  const fare = flight.fares.find(({ cabin, availableSeats }) => cabin === 'economy' && availableSeats > 0);
  if (!fare) return [];
  return [
    {
      id: flight.id,
      from: flight.origin.code,
      to: flight.destination.code,
      fromCity: flight.origin.cityCode,
      toCity: flight.destination.cityCode,
      fromCountry: flight.origin.country,
      toCountry: flight.destination.country,
      localDate: flight.departureLocal.slice(0, 10),
      departure: Date.parse(flight.departureTime) / 60_000,
      arrival: Date.parse(flight.arrivalTime) / 60_000,
      price: fare.price.amount,
    },
  ];
}

export function toPlainSchedule(flights: readonly PlainFlight[]): PlainSchedule {
  const sorted = flights.toSorted((one, other) => one.departure - other.departure);
  const cities = new Map(
    flights.flatMap(({ from, fromCity, to, toCity }) => [
      [from, fromCity],
      [to, toCity],
    ]),
  );
  return {
    from: Map.groupBy(sorted, ({ from }) => from),
    between: Map.groupBy(sorted, ({ from, to }) => `${from} ${to}`),
    airportsOf: (code) =>
      [...cities].flatMap(([airport, city]) => (airport === code || city === code ? [airport] : [])),
  };
}

/** All trips with at most two changes that no other trip beats, found by trying out every one of them. */
export function findPlainTrips(
  schedule: PlainSchedule,
  asked: { origin: string; destination: string; date: string },
): string[] {
  const origins = schedule.airportsOf(asked.origin);
  const destinations = schedule.airportsOf(asked.destination);
  let kept: PlainTrip[] = [];

  /** What can follow: anything, or what ends at the destination where no further change is allowed. */
  function followersOf({ to }: PlainFlight, isLast: boolean): readonly PlainFlight[] {
    if (!isLast) return schedule.from.get(to) ?? [];
    return destinations.flatMap((destination) => schedule.between.get(`${to} ${destination}`) ?? []);
  }

  function extend(flights: readonly PlainFlight[], price: number): void {
    const last = flights[flights.length - 1] as PlainFlight;
    if (destinations.includes(last.to)) {
      const trip = { flights, price };
      if (kept.some((other) => beats(other, trip))) return;
      kept = kept.filter((other) => !beats(trip, other));
      kept.push(trip);
      return;
    }
    if (flights.length === 3) return;
    for (const next of followersOf(last, flights.length === 2)) {
      const waitMinutes = next.departure - last.arrival;
      if (waitMinutes > longestConnectionMinutes || waitMinutes < connectingMinutes(last, next)) continue;
      const comesBack = origins.includes(next.to) || flights.some(({ from }) => from === next.to);
      if (!comesBack) extend([...flights, next], price + next.price);
    }
  }

  for (const first of origins.flatMap((origin) => schedule.from.get(origin) ?? [])) {
    if (first.localDate === asked.date && !origins.includes(first.to)) extend([first], first.price);
  }
  return kept.map(({ flights }) => flights.map(({ id }) => id).join()).toSorted();
}

/** As the contract has it: 30 minutes within a country, 60 on leaving it, 90 on coming from abroad. */
function connectingMinutes(before: PlainFlight, next: PlainFlight): number {
  if (before.fromCountry !== before.toCountry) return 90;
  return next.toCountry === next.fromCountry ? 30 : 60;
}

/** Leaves no earlier, arrives no later, costs no more, changes no more often; better in one of these, or the first by ids. */
function beats(one: PlainTrip, other: PlainTrip): boolean {
  const [mine, theirs] = [meritsOf(one), meritsOf(other)];
  if (mine.some((merit, index) => merit > (theirs[index] ?? 0))) return false;
  if (mine.some((merit, index) => merit < (theirs[index] ?? 0))) return true;
  return one.flights.map(({ id }) => id).join() < other.flights.map(({ id }) => id).join();
}

function meritsOf({ flights, price }: PlainTrip): number[] {
  const first = flights[0] as PlainFlight;
  const last = flights[flights.length - 1] as PlainFlight;
  return [-first.departure, last.arrival, price, flights.length];
}
