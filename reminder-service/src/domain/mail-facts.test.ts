import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildFlight, hourMs } from '../../tests/sample-bookings.ts';
import { mailFacts } from './mail-facts.ts';
import { formatMoney } from './money.ts';
import { english } from './words.ts';

const outbound = buildFlight({ flightId: 'flt_out', arrivesAtMs: at('2026-12-26T05:55:00Z') });
const onward = buildFlight({
  flightId: 'flt_on',
  flightNumber: 'BA304',
  origin: 'LHR',
  destination: 'CDG',
  departsAtMs: at('2026-12-26T07:20:00Z'),
  arrivesAtMs: at('2026-12-26T08:40:00Z'),
});
const home = buildFlight({
  flightId: 'flt_home',
  origin: 'CDG',
  destination: 'JFK',
  departsAtMs: at('2027-01-04T12:30:00Z'),
  cabin: 'premium_economy',
});
const nowMs = at('2026-12-24T23:00:00Z');
const factsOf = (overrides = {}, flightId: string | null = null) =>
  mailFacts(buildCopy(overrides), { flightId }, nowMs);

test('a confirmation tells of all flights, local to their airports', () => {
  const { flights, route } = factsOf({ flights: [outbound, onward, home] });
  expect(route).toBe('New York to Paris and back');
  expect(flights.map(({ flightNumber, cabin, connection }) => [flightNumber, cabin, connection])).toEqual([
    ['BA178', 'Economy', null],
    ['BA304', 'Economy', '1 h 25 min'],
    ['BA178', 'Premium economy', null],
  ]);
  expect(flights[0]).toMatchObject({
    departs: { time: '18:00', date: 'Fri 25 Dec 2026', zone: 'EST' },
    arrives: { time: '05:55', date: 'Sat 26 Dec 2026', zone: 'GMT' },
    arrivesDaysLater: 1,
    duration: '6 h 55 min',
  });
});

test('a departure tells of the journey that begins with it, and how soon that is', () => {
  const facts = factsOf({ flights: [outbound, onward, home] }, 'flt_out');
  expect(facts.flights.map(({ flightId }) => flightId)).toEqual(['flt_out', 'flt_on']);
  expect(facts.route).toBe('New York to Paris');
  expect(facts.leavesIn).toBe('about 24 hours');
});

test('a flight that begins no journey of the booking has no mail', () => {
  expect(() => factsOf({ flights: [outbound, onward] }, 'flt_on')).toThrow('no journey that begins with flight flt_on');
});

describe('the route', () => {
  test('there and back within a day is one journey, named for its turning point', () => {
    const back = buildFlight({
      flightId: 'flt_back',
      origin: 'LHR',
      destination: 'JFK',
      departsAtMs: outbound.arrivesAtMs + 8 * hourMs,
    });
    expect(factsOf({ flights: [outbound, back] }).route).toBe('New York to London and back');
  });

  test('counts the journeys that go elsewhere', () => {
    const elsewhere = { ...home, destination: 'LHR' };
    expect(factsOf({ flights: [outbound, elsewhere] }).route).toBe('New York to London and 1 more');
  });
});

describe('what people typed', () => {
  test('stays on its line', () => {
    const passengers = [
      { type: 'child', firstName: 'Eve\r\nBcc: x@example.com', lastName: '\u202eLee', seats: {} },
    ] as const;
    expect(factsOf({ passengers }).passengers).toEqual([
      { name: 'Eve Bcc: x@example.com Lee', type: 'Child', seats: '' },
    ]);
  });

  test('that is nothing but marks is still somebody', () => {
    const passengers = [{ type: 'adult', firstName: '\u202e', lastName: '\u200f', seats: {} }] as const;
    expect(factsOf({ passengers }).passengers[0]?.name).toBe('Passenger');
  });
});

test('seats stand in the order of the flights the mail tells of', () => {
  const passengers = [
    { type: 'adult', firstName: 'Ada', lastName: 'L', seats: { flt_on: '3C', flt_out: '12A', flt_home: '9F' } },
  ] as const;
  expect(factsOf({ flights: [outbound, onward, home], passengers }, 'flt_out').passengers[0]?.seats).toBe('12A, 3C');
});

describe('a terminal', () => {
  const flights = [buildFlight({ departureTerminal: '4' })];
  const terminalsIn = ({ flights: [flight] }: ReturnType<typeof factsOf>) => [
    flight.origin.terminal,
    flight.destination.terminal,
  ];

  test('is named where it is known', () => {
    expect(terminalsIn(factsOf({ flights }))).toEqual(['Terminal 4', null]);
  });

  test('is named in the words of the language', () => {
    const words = { ...english, terminal: 'Hal {terminal}' };
    expect(terminalsIn(mailFacts(buildCopy({ flights }), { flightId: null }, nowMs, words))).toEqual(['Hal 4', null]);
  });

  test('stays on its line, and is none when nothing is left of it', () => {
    const odd = [buildFlight({ departureTerminal: '4\r\nBcc: x', arrivalTerminal: '\u202e' })];
    expect(terminalsIn(factsOf({ flights: odd }))).toEqual(['Terminal 4 Bcc: x', null]);
  });
});

test('an airport that the event did not describe is called by its code, in UTC', () => {
  const [flight] = factsOf({ places: [] }).flights;
  expect(flight).toMatchObject({ origin: { code: 'JFK', city: 'JFK' }, departs: { time: '23:00', zone: 'UTC' } });
});

test.each([
  [29_900, 'USD', '$299.00'],
  [29_900, 'JPY', '¥29,900'],
  [29_900, 'KWD', 'KWD\u00a029.900'],
  [123_456_789, 'EUR', '€1,234,567.89'],
])('%i minor units of %s are %s', (amount, currency, expected) => {
  expect(formatMoney(amount, currency)).toBe(expected);
});
