import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildFlight, hourMs, usualOffsets } from '../../tests/sample-bookings.ts';
import { succeed } from './booking.ts';
import { planReminders, reminderOffsets } from './plan-reminders.ts';

const nowMs = at('2026-12-01T12:00:00Z');
const instant = (unixMs: number) => new Date(unixMs).toISOString();
const plan = (overrides = {}, offsets = usualOffsets) => planReminders(buildCopy(overrides), nowMs, offsets);
const dueOf = (plans: ReturnType<typeof plan>) =>
  plans
    .filter(({ flightId }) => flightId)
    .map(({ kind, flightId, dueAtMs }) => `${kind} ${flightId} ${instant(dueAtMs)}`);

test('a confirmed booking asks for a confirmation now and both reminders of its flight', () => {
  expect(plan()).toEqual([
    {
      kind: 'booking_confirmed',
      flightId: null,
      departsAtMs: 0,
      dueAtMs: nowMs,
      sendUntilMs: at('2026-12-25T23:00:00Z'),
      bookedAfterDue: false,
    },
    {
      kind: 'departure_24h',
      flightId: 'flt_out',
      departsAtMs: at('2026-12-25T23:00:00Z'),
      dueAtMs: at('2026-12-24T23:00:00Z'),
      sendUntilMs: at('2026-12-25T03:00:00Z'),
      bookedAfterDue: false,
    },
    {
      kind: 'departure_2h',
      flightId: 'flt_out',
      departsAtMs: at('2026-12-25T23:00:00Z'),
      dueAtMs: at('2026-12-25T21:00:00Z'),
      sendUntilMs: at('2026-12-25T23:00:00Z'),
      bookedAfterDue: false,
    },
  ]);
});

test.each(['pending', 'cancelled', 'expired'] as const)(
  'a booking that has been %s for long asks for nothing',
  (status) => {
    expect(plan({ status })).toEqual([]);
  },
);

test('a booking without flights asks for nothing', () => {
  expect(plan({ flights: [] })).toEqual([]);
});

test('only the first flight of each journey is reminded of', () => {
  const flights = [
    buildFlight({ flightId: 'flt_1' }),
    buildFlight({ flightId: 'flt_2', origin: 'LHR', destination: 'CDG', departsAtMs: at('2026-12-26T08:00:00Z') }),
    buildFlight({ flightId: 'flt_3', origin: 'CDG', destination: 'JFK', departsAtMs: at('2027-01-04T12:30:00Z') }),
  ];
  expect(dueOf(plan({ flights }))).toEqual([
    'departure_24h flt_1 2026-12-24T23:00:00.000Z',
    'departure_2h flt_1 2026-12-25T21:00:00.000Z',
    'departure_24h flt_3 2027-01-03T12:30:00.000Z',
    'departure_2h flt_3 2027-01-04T10:30:00.000Z',
  ]);
});

test('24 hours are 24 hours also when the clocks change in between', () => {
  // New York turns its clocks forward on 8 March 2026 at 2:00: 15:00 EDT is 24 hours after 14:00 EST.
  const flights = [buildFlight({ departsAtMs: at('2026-03-08T19:00:00Z') })];
  expect(dueOf(plan({ flights }))).toEqual([
    'departure_24h flt_out 2026-03-07T19:00:00.000Z',
    'departure_2h flt_out 2026-03-08T17:00:00.000Z',
  ]);
});

describe('a flight that was booked', () => {
  const departsAtMs = at('2026-12-25T23:00:00Z');
  const skippedWhenBooked = (hoursBefore: number) =>
    plan({ flights: [buildFlight({ departsAtMs, bookedAtMs: departsAtMs - hoursBefore * hourMs })] })
      .filter(({ bookedAfterDue }) => bookedAfterDue)
      .map(({ kind }) => kind);

  test.each([
    [24 + 1 / 60, []],
    [24, ['departure_24h']],
    [23, ['departure_24h']],
    [2, ['departure_24h', 'departure_2h']],
    [1, ['departure_24h', 'departure_2h']],
  ])('%f hours before departure skips what was due by then', (hoursBefore, skipped) => {
    expect(skippedWhenBooked(hoursBefore)).toEqual(skipped);
  });

  test('keeps that time when the booking changes otherwise, and a flight that comes new has its own', () => {
    const known = buildCopy({ flights: [buildFlight({ bookedAtMs: 1_000 })] });
    const news = buildCopy({
      version: 2,
      flights: [buildFlight({ bookedAtMs: 5_000 }), buildFlight({ flightId: 'flt_new', bookedAtMs: 5_000 })],
    });
    expect(succeed(known, news).flights.map(({ bookedAtMs }) => bookedAtMs)).toEqual([1_000, 5_000]);
  });

  test('is booked when the booking is confirmed, not when it is held', () => {
    const held = buildCopy({ status: 'pending', flights: [buildFlight({ bookedAtMs: 1_000 })] });
    const confirmed = buildCopy({ version: 2, flights: [buildFlight({ bookedAtMs: 5_000 })] });
    expect(succeed(held, confirmed).flights[0]?.bookedAtMs).toBe(5_000);
  });
});

describe('offsets', () => {
  test('24h and 2h give four hours and two hours to catch up', () => {
    expect(reminderOffsets(24 * hourMs, 2 * hourMs)).toEqual([
      { kind: 'departure_24h', dueMs: 24 * hourMs, untilMs: 20 * hourMs },
      { kind: 'departure_2h', dueMs: 2 * hourMs, untilMs: 0 },
    ]);
  });

  test('a late first reminder never meets the second', () => {
    expect(reminderOffsets(3 * hourMs, hourMs)[0]?.untilMs).toBe(hourMs);
  });

  test('one alone is the first', () => {
    expect(reminderOffsets(2 * hourMs)).toEqual([{ kind: 'departure_24h', dueMs: 2 * hourMs, untilMs: 0 }]);
  });
});
