import { expect, test } from 'vitest';
import { buildFlight, hourMs } from '../../tests/sample-bookings.ts';
import { journeysOf } from './journeys.ts';

const first = buildFlight({ flightId: 'flt_1' });
const leaving = (hoursAfterArrival: number, overrides = {}) =>
  buildFlight({
    flightId: 'flt_2',
    origin: 'LHR',
    destination: 'CDG',
    departsAtMs: first.arrivesAtMs + hoursAfterArrival * hourMs,
    ...overrides,
  });

const idsOf = (flights: Parameters<typeof journeysOf>[0]) =>
  journeysOf(flights).map((journey) => journey.map(({ flightId }) => flightId));

test('a flight from where the previous one arrives, within 24 hours, is a connection', () => {
  expect(idsOf([first, leaving(1)])).toEqual([['flt_1', 'flt_2']]);
  expect(idsOf([first, leaving(24)])).toEqual([['flt_1', 'flt_2']]);
});

test('a minute more than 24 hours after the arrival a new journey begins', () => {
  expect(idsOf([first, leaving(24 + 1 / 60)])).toEqual([['flt_1'], ['flt_2']]);
});

test('a flight from another airport is a new journey, however soon it leaves', () => {
  expect(idsOf([first, leaving(1, { origin: 'LGW' })])).toEqual([['flt_1'], ['flt_2']]);
});

test('the order in the booking does not matter', () => {
  expect(idsOf([leaving(3), first])).toEqual([['flt_1', 'flt_2']]);
});

test('three flights in a row are one journey, and each connection is measured from the flight before it', () => {
  const second = leaving(20);
  const third = leaving(20 + 6 + 23, { flightId: 'flt_3', origin: 'CDG', destination: 'FCO' });
  expect(idsOf([first, second, third])).toEqual([['flt_1', 'flt_2', 'flt_3']]);
});

test('a connection that a delay has made impossible stays one', () => {
  expect(idsOf([first, leaving(-1)])).toEqual([['flt_1', 'flt_2']]);
});

test('no flights are no journeys', () => {
  expect(journeysOf([])).toEqual([]);
});
