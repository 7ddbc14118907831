import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlightRecord } from '../../src/domain/flight.ts';
import { type FlightQuestion, findFlights } from '../../src/domain/search/find-flights.ts';
import { cabinsByNumber, createSchedule, dayNumberOf, statusesByNumber } from '../../src/domain/search/schedule.ts';
import { randomFlights } from './random-schedule.ts';

/** What is asked, in words; the schedule is asked in its numbers. */
const question = fc.record({
  from: fc.option(fc.subarray(['AAA', 'BBB', 'CCC'], { minLength: 1 }), { nil: undefined }),
  to: fc.option(fc.subarray(['AAA', 'DDD'], { minLength: 1 }), { nil: undefined }),
  date: fc.option(fc.constantFrom('2027-03-01', '2027-03-02'), { nil: undefined }),
  departsFromMs: fc.option(fc.constant(Date.parse('2027-03-02T06:00:00Z')), { nil: undefined }),
  departsUntilMs: fc.option(fc.constant(Date.parse('2027-03-03T06:30:00Z')), { nil: undefined }),
  airlines: fc.option(fc.subarray(['BA', 'VS'], { minLength: 1 }), { nil: undefined }),
  status: fc.option(fc.constantFrom('scheduled', 'cancelled' as const), { nil: undefined }),
  cabin: fc.option(fc.constantFrom('economy', 'business' as const), { nil: undefined }),
  passengers: fc.option(fc.constantFrom(1, 3), { nil: undefined }),
  minimumPrice: fc.option(fc.constant(20_000), { nil: undefined }),
  maximumPrice: fc.option(fc.constant(20_000), { nil: undefined }),
  sort: fc.record({
    by: fc.constantFrom('departure', 'price', 'duration' as const),
    descending: fc.boolean(),
  }),
  limit: fc.constantFrom(1, 3, 200),
});
type Asked = typeof question extends fc.Arbitrary<infer T> ? T : never;

test('searches find, page by page, what looking at every flight finds, whatever was put, changed and removed', () => {
  fc.assert(
    fc.property(randomFlights(80), randomFlights(80), fc.func(fc.constantFrom(...fates)), question, (...given) => {
      const [before, after, fateOf, asked] = given;
      const schedule = createSchedule();
      const known = new Map<string, FlightRecord>();
      for (const flight of before) {
        schedule.put(flight);
        known.set(flight.id, flight);
      }
      // The later states take the ids of the earlier flights, so that most of them are changes.
      for (const [index, state] of after.entries()) {
        const flight = { ...state, id: before[index]?.id ?? state.id };
        befall(fateOf(index), flight, schedule, known);
      }
      expect(schedule.count()).toBe(known.size);
      expect(pagesOf(schedule, asked)).toEqual(plainSearch([...known.values()], asked));
    }),
    { numRuns: 1_500 },
  );
});

const fates = ['put', 'remove', 'sell'] as const;

/** The same to the schedule and to a plain Map of records. */
function befall(
  fate: (typeof fates)[number],
  flight: FlightRecord,
  schedule: ReturnType<typeof createSchedule>,
  known: Map<string, FlightRecord>,
): void {
  const old = known.get(flight.id);
  if (fate === 'remove') {
    schedule.remove(flight.id);
    known.delete(flight.id);
  } else if (fate === 'put') {
    schedule.put(flight);
    if (!old) known.set(flight.id, flight);
    else if (flight.version >= old.version) known.set(flight.id, withNewerSeats(flight, old));
  } else {
    const version = flight.inventoryVersion;
    const cabins = [{ cabin: 'economy' as const, sold: 4, held: 3 }];
    expect(schedule.applyTaken({ flightId: flight.id, version, cabins })).toBe(old !== undefined);
    if (old && version > old.inventoryVersion) {
      const fares = old.fares.map((fare) => (fare.cabin === 'economy' ? { ...fare, taken: 7 } : fare));
      known.set(flight.id, { ...old, inventoryVersion: version, fares });
    }
  }
}

function withNewerSeats(flight: FlightRecord, old: FlightRecord): FlightRecord {
  if (old.inventoryVersion <= flight.inventoryVersion) return flight;
  const takenBefore = (cabin: string) => old.fares.find((fare) => fare.cabin === cabin)?.taken;
  return {
    ...flight,
    inventoryVersion: old.inventoryVersion,
    fares: flight.fares.map((fare) => ({ ...fare, taken: takenBefore(fare.cabin) ?? fare.taken })),
  };
}

function pagesOf(
  schedule: ReturnType<typeof createSchedule>,
  { from, to, date, airlines, status, cabin, ...asked }: Asked,
) {
  const numbers = (codes: readonly string[] | undefined, of: { numberFor: (code: string) => number }) =>
    codes?.map(of.numberFor);
  const found: string[] = [];
  let after: FlightQuestion['after'];
  for (;;) {
    const page = findFlights(schedule, {
      ...asked,
      origins: numbers(from, schedule.airports),
      destinations: numbers(to, schedule.airports),
      localDay: date === undefined ? undefined : dayNumberOf(date),
      airlines: airlines && new Set(numbers(airlines, schedule.airlines)),
      status: status && statusesByNumber.indexOf(status),
      cabin: cabin && cabinsByNumber.indexOf(cabin),
      after,
    });
    found.push(...page.map(({ slot }) => schedule.idOf(slot)));
    const last = page.at(-1);
    if (!last) return found;
    after = { value: last.value, id: schedule.idOf(last.slot) };
  }
}

function plainSearch(flights: readonly FlightRecord[], asked: Asked): string[] {
  const sign = asked.sort.descending ? -1 : 1;
  return flights
    .flatMap((flight) => {
      const prices = flight.fares
        .filter(({ cabin }) => asked.cabin === undefined || cabin === asked.cabin)
        .filter(({ seats, taken }) => asked.passengers === undefined || seats - taken >= asked.passengers)
        .map(({ priceMinor }) => priceMinor);
      const price = Math.min(...prices);
      const matches =
        prices.length > 0 &&
        (asked.from?.includes(flight.originCode) ?? true) &&
        (asked.to?.includes(flight.destinationCode) ?? true) &&
        (asked.date === undefined || flight.localDate === asked.date) &&
        flight.departsAtMs >= (asked.departsFromMs ?? 0) &&
        flight.departsAtMs <= (asked.departsUntilMs ?? Number.POSITIVE_INFINITY) &&
        (asked.airlines?.includes(flight.airlineCode) ?? true) &&
        (asked.status === undefined || flight.status === asked.status) &&
        price >= (asked.minimumPrice ?? 0) &&
        price <= (asked.maximumPrice ?? Number.POSITIVE_INFINITY);
      const values = { departure: flight.departsAtMs, price, duration: flight.arrivesAtMs - flight.departsAtMs };
      return matches ? [{ id: flight.id, value: values[asked.sort.by] }] : [];
    })
    .toSorted((one, other) => sign * (one.value - other.value || (one.id < other.id ? -1 : 1)))
    .map(({ id }) => id);
}
