import { describe, expect, it } from 'vitest';
import type { AirplaneType } from '../fleet/airplane-type.ts';
import { createScheduleReader } from './schedule-reader.ts';
import { readScheduleRow, type ScheduleContext } from './schedule-row.ts';

const single: AirplaneType = {
  type: 'A320',
  model: 'Airbus A320',
  family: 'A320',
  cruiseKmh: 797,
  groundMinutes: 37,
  rangeKm: 6_100,
  cabins: [
    { cabin: 'business', rows: { first: 1, last: 3 }, letters: 'AC DF', seats: 12 },
    { cabin: 'economy', rows: { first: 4, last: 26 }, letters: 'ABC DEF', seats: 138 },
  ],
};
const wide: AirplaneType = { ...single, type: 'B789', model: 'Boeing 787-9', family: 'B787' };
const small: AirplaneType = { ...single, type: 'E175', model: 'Embraer E175', family: 'E175' };

const context: ScheduleContext = {
  airports: new Map([
    ['BET', { latitude: 60.7798, longitude: -161.838, timeZone: 'America/Anchorage' }],
    ['ANC', { latitude: 61.1744, longitude: -149.996, timeZone: 'America/Anchorage' }],
    ['JFK', { latitude: 40.6398, longitude: -73.7789, timeZone: 'America/New_York' }],
    ['DTW', { latitude: 42.2124, longitude: -83.3534, timeZone: 'America/Detroit' }],
    ['AKL', { latitude: -37.0081, longitude: 174.792, timeZone: 'Pacific/Auckland' }],
    ['HNL', { latitude: 21.3187, longitude: -157.922, timeZone: 'Pacific/Honolulu' }],
  ]),
  fleet: new Map([single, wide, small].map((type) => [type.type, type])),
  shiftDays: 0,
};

const alaska = {
  airline: 'AS',
  number: '44',
  origin: 'BET',
  destination: 'ANC',
  departureLocal: '2026-12-22T15:46',
  arrivalLocal: '2026-12-22T16:55',
  aircraft: '',
  seats: '',
  distanceMiles: '399',
};

const read = (change: object = {}, shiftDays = 0) =>
  readScheduleRow({ ...alaska, ...change }, { ...context, shiftDays });

function reasonOf(change: object, shiftDays = 0): string {
  const reading = read(change, shiftDays);
  return reading.outcome === 'rejected' ? reading.reason : reading.outcome;
}

function flightOf(change: object = {}, shiftDays = 0) {
  const reading = read(change, shiftDays);
  if (reading.outcome === 'rejected') {
    throw new Error(reading.detail);
  }
  return reading.flight;
}

describe('a row of a schedule', () => {
  it('becomes a flight, with fares for the airplane that its distance asks for', () => {
    const { fares, ...flight } = flightOf();
    expect(flight).toEqual({
      airlineCode: 'AS',
      flightNumber: 'AS44',
      originCode: 'BET',
      destinationCode: 'ANC',
      localDate: '2026-12-22',
      departsAtMs: Date.parse('2026-12-23T00:46:00Z'),
      arrivesAtMs: Date.parse('2026-12-23T01:55:00Z'),
      model: 'Airbus A320',
    });
    expect(fares.map(({ cabin, seats }) => [cabin, seats])).toEqual([
      ['business', 12],
      ['economy', 138],
    ]);
  });

  it('sells as many seats as it names, shared among the cabins', () => {
    const { model, fares } = flightOf({ aircraft: 'A320-212', seats: '142' });
    expect(model).toBe('Airbus A320');
    expect(fares.map(({ cabin, seats }) => [cabin, seats])).toEqual([
      ['business', 11],
      ['economy', 131],
    ]);
  });

  it('may carry numbers instead of text, and leave columns out, as NDJSON does', () => {
    const { aircraft: _aircraft, seats: _seats, distanceMiles: _distanceMiles, ...least } = alaska;
    expect(readScheduleRow({ ...least, number: 44, seats: null }, context)).toEqual(read());
    expect(flightOf({ number: '0044' }).flightNumber).toBe('AS44');
  });

  it('keeps the date of each end over the date line', () => {
    const row = {
      origin: 'AKL',
      destination: 'HNL',
      departureLocal: '2026-12-25T22:25',
      arrivalLocal: '2026-12-25T07:15',
    };
    expect(flightOf(row)).toMatchObject({
      localDate: '2026-12-25',
      departsAtMs: Date.parse('2026-12-25T09:25:00Z'),
      arrivesAtMs: Date.parse('2026-12-25T17:15:00Z'),
    });
  });

  it('is moved by whole local days, over a change of clocks too', () => {
    expect(flightOf({}, 100)).toMatchObject({
      localDate: '2027-04-01',
      departsAtMs: Date.parse('2027-04-01T23:46:00Z'),
    });
    expect(flightOf({}, -30).localDate).toBe('2026-11-22');
  });

  it('takes the reading of a repeated hour that suits the distance', () => {
    const row = {
      origin: 'JFK',
      destination: 'DTW',
      departureLocal: '2026-11-01T00:10',
      arrivalLocal: '2026-11-01T01:10',
    };
    expect(flightOf(row).arrivesAtMs).toBe(Date.parse('2026-11-01T06:10:00Z'));
  });
});

describe('a row that is not taken', () => {
  it.each([
    ['bad_row', 'no airline', { airline: '' }],
    ['bad_row', 'an airline of three letters', { airline: 'DAL' }],
    ['bad_row', 'a number of letters', { number: 'AS44' }],
    ['bad_row', 'the number 0', { number: '0' }],
    ['bad_row', 'an airport of four letters', { origin: 'KJFK' }],
    ['bad_row', 'an object for an airport', { destination: { $gt: '' } }],
    ['bad_row', 'a time with an offset', { departureLocal: '2026-12-22T15:46Z' }],
    ['bad_row', 'a day that does not exist', { arrivalLocal: '2026-02-30T10:00' }],
    ['bad_row', 'seats of 0', { seats: '0' }],
    ['bad_row', 'seats below 0', { seats: '-5' }],
    ['bad_row', 'more seats than any airplane has', { seats: '999' }],
    ['bad_row', 'a distance of letters', { distanceMiles: 'far' }],
    ['unknown_airport', 'an unknown origin', { origin: 'XXX' }],
    ['unknown_airport', 'an unknown destination', { destination: 'XXX' }],
    ['same_airport', 'one airport twice', { destination: 'BET' }],
    ['arrival_before_departure', 'an arrival before it', { arrivalLocal: '2026-12-22T15:45' }],
    ['arrival_before_departure', 'an arrival at once', { arrivalLocal: '2026-12-22T15:46' }],
    ['implausible_block_time', '640 km in 20 minutes', { arrivalLocal: '2026-12-22T16:06' }],
    ['implausible_block_time', '640 km in a day', { arrivalLocal: '2026-12-23T15:00' }],
  ])('is a %s for %s', (reason, _, change) => {
    expect(reasonOf(change)).toBe(reason);
  });

  it('is a skipped_local_time when the clocks skip an end of it, or a shift moves it there', () => {
    const row = { departureLocal: '2027-03-14T02:30', arrivalLocal: '2027-03-14T04:40' };
    expect(reasonOf(row)).toBe('skipped_local_time');
    expect(reasonOf({ departureLocal: '2027-03-13T02:30', arrivalLocal: '2027-03-13T03:40' })).toBe('flight');
    expect(reasonOf({ departureLocal: '2027-03-13T02:30', arrivalLocal: '2027-03-13T03:40' }, 1)).toBe(
      'skipped_local_time',
    );
    expect(reasonOf({ departureLocal: '2027-03-14T01:10', arrivalLocal: '2027-03-14T02:20' })).toBe(
      'skipped_local_time',
    );
  });

  it('keeps its local departure and its length when it is shifted over a change of clocks at one end', () => {
    const row = {
      origin: 'JFK',
      destination: 'HNL',
      departureLocal: '2026-03-01T10:00',
      arrivalLocal: '2026-03-01T16:00',
    };
    const [written, shifted] = [flightOf(row), flightOf(row, 14)];
    expect(shifted.localDate).toBe('2026-03-15');
    expect(new Date(written.departsAtMs).toISOString()).toBe('2026-03-01T15:00:00.000Z');
    expect(new Date(shifted.departsAtMs).toISOString()).toBe('2026-03-15T14:00:00.000Z');
    expect(shifted.arrivesAtMs - shifted.departsAtMs).toBe(written.arrivesAtMs - written.departsAtMs);
  });

  it('says which column is wrong and what would be right', () => {
    expect(read({ departureLocal: '22/12/2026 15:46' })).toMatchObject({
      detail: 'departureLocal is "22/12/2026 15:46"; it should be a local time that exists, like 2026-12-22T15:46',
    });
  });

  it('repeats no more than the beginning of a wrong value', () => {
    const reading = read({ airline: 'X'.repeat(10_000) });
    expect(reading.outcome === 'rejected' && reading.detail.length).toBeLessThan(150);
  });
});

describe('a schedule read row by row', () => {
  const reader = () => createScheduleReader({ ...context, airlineCodes: new Set(['AS']) });

  it('rejects a second flight of the same airline, number, origin and local date, and keeps the first', () => {
    const schedule = reader();
    expect(schedule.read(alaska).outcome).toBe('flight');
    expect(schedule.read({ ...alaska, departureLocal: '2026-12-22T14:46' })).toEqual({
      outcome: 'rejected',
      reason: 'doubled',
      detail: 'An earlier row has AS44 BET 2026-12-22 already',
    });
    expect(schedule.read({ ...alaska, number: '144' }).outcome).toBe('flight');
    expect(schedule.read({ ...alaska, airline: 'WN' }).outcome).toBe('flight');
    const next = { departureLocal: '2026-12-23T15:46', arrivalLocal: '2026-12-23T16:55' };
    expect(schedule.read({ ...alaska, ...next }).outcome).toBe('flight');
  });

  it('does not let a rejected row stand in the way of a good one', () => {
    const schedule = reader();
    expect(schedule.read({ ...alaska, arrivalLocal: alaska.departureLocal }).outcome).toBe('rejected');
    expect(schedule.read(alaska).outcome).toBe('flight');
  });

  it('is not moved by half a day, or by a thousand years', () => {
    for (const shiftDays of [0.5, Number.NaN, 365_000]) {
      expect(() => createScheduleReader({ ...context, airlineCodes: new Set(), shiftDays })).toThrow(RangeError);
    }
  });

  it('collects the airlines that the catalogue lacks, of flights that are taken', () => {
    const schedule = reader();
    for (const row of [alaska, { ...alaska, airline: 'HP' }, { ...alaska, airline: 'TW', origin: 'XXX' }]) {
      schedule.read(row);
    }
    expect(schedule.newAirlineCodes()).toEqual(['HP']);
  });
});
