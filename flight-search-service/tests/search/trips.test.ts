import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectingMinutes } from '../../src/domain/search/connecting-times.ts';
import { findTrips } from '../../src/domain/search/find-trips.ts';
import { cabinsByNumber, createSchedule, dayNumberOf } from '../../src/domain/search/schedule.ts';
import { findPlainTrips, toPlainFlights } from './plain-trips.ts';
import { countries, randomFlights } from './random-schedule.ts';

/** An airport where changing takes its own time: also what crosses a border there. */
const connectingAt: Readonly<Record<string, object>> = { BBB: { domesticToDomestic: 90, domesticToInternational: 15 } };
const airportOf = (code: string) => ({ country: countries[code] ?? '', connectingMinutes: connectingAt[code] ?? {} });
const minutesAt = (from: string, here: string, to: string) =>
  connectingMinutes(airportOf(from), airportOf(here), airportOf(to));

const places = [['AAA'], ['BBB'], ['DDD'], ['FFF'], ['AAA', 'BBB'], ['EEE', 'FFF']] as const;

const question = fc.record({
  origins: fc.constantFrom(...places),
  destinations: fc.constantFrom(...places),
  localDate: fc.constantFrom('2027-03-01', '2027-03-02'),
  cabin: fc.constantFrom('economy', 'business' as const),
  seats: fc.constantFrom(1, 3),
  maximumStops: fc.constantFrom(0, 1, 2, 2, 2 as const),
});

test('trips are those that trying out every one of them finds, on any schedule', () => {
  const found = { direct: 0, changing: 0, twice: 0 };
  fc.assert(
    fc.property(randomFlights(240), question, (flights, asked) => {
      fc.pre(!asked.origins.some((code) => asked.destinations.includes(code as never)));
      const schedule = createSchedule();
      for (const flight of flights) schedule.put(flight);
      const trips = findTrips(
        schedule,
        (from, to) =>
          minutesAt(
            ...([from.origin, from.destination, to.destination].map(schedule.airports.codeOf) as [
              string,
              string,
              string,
            ]),
          ),
        {
          origins: asked.origins.map(schedule.airports.numberFor),
          destinations: asked.destinations.map(schedule.airports.numberFor),
          localDay: dayNumberOf(asked.localDate),
          earliestMinute: 0,
          cabin: cabinsByNumber.indexOf(asked.cabin),
          seats: asked.seats,
          maximumStops: asked.maximumStops,
        },
      );
      const plain = findPlainTrips(toPlainFlights(flights, asked.cabin, asked.seats), {
        ...asked,
        connectingMinutes: minutesAt,
      });
      const ids = trips.map(({ slots }) => slots.map(schedule.idOf).join());
      expect(ids.toSorted()).toEqual(plain.map((trip) => trip.ids.join()).toSorted());
      for (const { stops } of trips) found[stops === 0 ? 'direct' : stops === 1 ? 'changing' : 'twice'] += 1;
    }),
    { numRuns: 1_500 },
  );
  // The schedules must have had something to find.
  expect(Math.min(...Object.values(found))).toBeGreaterThan(100);
});
