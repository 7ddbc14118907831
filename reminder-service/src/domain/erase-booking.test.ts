import { expect, test } from 'vitest';
import { buildCopy, buildFlight, hourMs } from '../../tests/sample-bookings.ts';
import { erasableFrom, eraseBooking } from './erase-booking.ts';

const nowMs = 1_800_000_000_000;
const flights = [buildFlight({ departsAtMs: nowMs, arrivesAtMs: nowMs + 7 * hourMs })];

test.each([
  ['cancelled', nowMs],
  ['expired', nowMs],
  ['pending', nowMs + 24 * hourMs],
  ['confirmed', nowMs + 31 * hourMs],
] as const)('a %s booking can be erased from %i on', (status, fromMs) => {
  expect(erasableFrom({ status, flights }, nowMs)).toBe(fromMs);
});

test('an erased booking keeps its flights and tells nobody’s name or address', () => {
  const booking = buildCopy({ flights });
  const erased = eraseBooking(booking);
  expect(erased).toMatchObject({ id: booking.id, version: booking.version, flights });
  expect(JSON.stringify(erased)).not.toMatch(/Ada|Lovelace|@/);
});
