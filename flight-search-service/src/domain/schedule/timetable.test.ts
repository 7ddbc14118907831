import { describe, expect, it } from 'vitest';
import type { AirplaneType } from '../fleet/airplane-type.ts';
import { localDateTimeAt } from '../places/local-time.ts';
import { type Route, type TimetablePlan, timetableFlights } from './timetable.ts';

const airplane: AirplaneType = {
  type: 'B77W',
  model: 'Boeing 777-300ER',
  family: 'B777',
  cruiseKmh: 860,
  groundMinutes: 55,
  rangeKm: 13_700,
  cabins: [{ cabin: 'economy', rows: { first: 1, last: 30 }, letters: 'ABC DEFG HJK', seats: 300 }],
};

const route: Route = {
  airline: 'BA',
  number: '178',
  origin: 'JFK',
  destination: 'LHR',
  departureLocal: '18:30',
  aircraft: 'B77W',
  days: '1234567',
};

function plan(change: Partial<TimetablePlan>): TimetablePlan {
  const airports = new Map([
    ['JFK', { latitude: 40.6398, longitude: -73.7789, timeZone: 'America/New_York' }],
    ['LHR', { latitude: 51.4706, longitude: -0.46194, timeZone: 'Europe/London' }],
  ]);
  return {
    routes: [route],
    airports,
    fleet: new Map([['B77W', airplane]]),
    fromLocalDate: '2026-11-21',
    days: 120,
    ...change,
  };
}

const flightsOf = (change: Partial<TimetablePlan> = {}) => [...timetableFlights(plan(change))];

describe('the rolling timetable', () => {
  it('leaves at the same local time each day, also after the clocks have changed', () => {
    const flights = flightsOf();
    expect(flights).toHaveLength(120);
    expect(new Set(flights.map((flight) => localDateTimeAt(flight.departsAtMs, 'America/New_York').slice(11)))).toEqual(
      new Set(['18:30']),
    );
    expect(flights[0]?.departsAtMs).toBe(Date.parse('2026-11-21T23:30:00Z'));
    expect(flights.at(-1)?.localDate).toBe('2027-03-20');
    expect(flights.at(-1)?.departsAtMs).toBe(Date.parse('2027-03-20T22:30:00Z'));
  });

  it('flies the block time of the airplane, whatever the clocks do on the way', () => {
    expect(new Set(flightsOf().map((flight) => flight.arrivesAtMs - flight.departsAtMs))).toEqual(
      new Set([415 * 60_000]),
    );
  });

  it('joins without gap or overlap when it is extended', () => {
    const whole = flightsOf({ days: 10 });
    const parts = [...flightsOf({ days: 4 }), ...flightsOf({ fromLocalDate: '2026-11-25', days: 6 })];
    expect(parts).toEqual(whole);
  });

  it('goes only on the weekdays of the route', () => {
    const flights = flightsOf({ routes: [{ ...route, days: '17' }], fromLocalDate: '2026-11-23', days: 14 });
    expect(flights.map((flight) => flight.localDate)).toEqual(['2026-11-23', '2026-11-29', '2026-11-30', '2026-12-06']);
  });

  it('leaves out the day on which the departure time is skipped, and takes the first of two', () => {
    const early = { routes: [{ ...route, departureLocal: '02:30' }], fromLocalDate: '2027-03-13', days: 3 };
    expect(flightsOf(early).map((flight) => flight.localDate)).toEqual(['2027-03-13', '2027-03-15']);
    const repeated = { routes: [{ ...route, departureLocal: '01:30' }], fromLocalDate: '2026-11-01', days: 1 };
    expect(flightsOf(repeated)[0]?.departsAtMs).toBe(Date.parse('2026-11-01T05:30:00Z'));
  });

  it('computes no more than is asked for', () => {
    const flights = timetableFlights(plan({ days: 50_000 }));
    expect(flights.next().done).toBe(false);
  });

  it('refuses more than 100,000 flights, an unknown airport or airplane, and a day or time that is none', () => {
    expect(() => flightsOf({ days: 100_001 })).toThrow('more than 100000 flights');
    expect(() => flightsOf({ routes: [{ ...route, origin: 'XXX' }] })).toThrow('BA178 XXX-LHR');
    expect(() => flightsOf({ routes: [{ ...route, aircraft: 'Concorde' }] })).toThrow('"Concorde"');
    expect(() => flightsOf({ routes: [{ ...route, departureLocal: '25:00' }] })).toThrow('"25:00"');
    expect(() => flightsOf({ fromLocalDate: 'today' })).toThrow('"today"');
  });
});
