import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildFlight, buildReminder, hourMs, usualOffsets } from '../../tests/sample-bookings.ts';
import type { BookingCopy } from './booking.ts';
import { planReminders } from './plan-reminders.ts';
import { reconcileReminders } from './reconcile-reminders.ts';
import type { Reminder } from './reminder.ts';
import { noBlocks, type SendBlocks } from './send-blocks.ts';

const departsAtMs = at('2026-12-25T23:00:00Z');
const longBeforeMs = at('2026-12-01T12:00:00Z');
const movedTo = (newMs: number, more: Partial<BookingCopy> = {}) =>
  buildCopy({ flights: [buildFlight({ departsAtMs: newMs })], ...more });

const reconcile = (booking: BookingCopy, stored: readonly Reminder[], nowMs = longBeforeMs, blocks = noBlocks) =>
  reconcileReminders(booking, planReminders(booking, nowMs, usualOffsets), stored, nowMs, blocks);

const storedFor = (booking: BookingCopy, overrides: Partial<Reminder> = {}) =>
  planReminders(booking, longBeforeMs, usualOffsets).map((plan) => buildReminder(plan, overrides));

const addedOf = (result: ReturnType<typeof reconcile>) =>
  result.added.map(({ kind, departsAtMs, status, reason }) => ({ kind, departsAtMs, status, reason }));

const only = (kind: Reminder['kind'], rows: readonly Reminder[]) => rows.filter((row) => row.kind === kind);

test('a new booking gets all its reminders, and a second look changes nothing', () => {
  const booking = buildCopy();
  const first = reconcile(booking, []);
  expect(first.added.map(({ kind, status }) => [kind, status])).toEqual([
    ['booking_confirmed', 'scheduled'],
    ['departure_24h', 'scheduled'],
    ['departure_2h', 'scheduled'],
  ]);
  expect(reconcile(booking, storedFor(booking), longBeforeMs + hourMs)).toEqual({ added: [], changed: [] });
});

describe('a booking that is learned of late', () => {
  test('skips what was due before it was booked, and says so', () => {
    const booking = buildCopy({ flights: [buildFlight({ bookedAtMs: departsAtMs - 3 * hourMs })] });
    expect(addedOf(reconcile(booking, [], departsAtMs - 3 * hourMs))).toMatchObject([
      { kind: 'booking_confirmed', status: 'scheduled' },
      { kind: 'departure_24h', status: 'skipped', reason: 'booked_after_due' },
      { kind: 'departure_2h', status: 'scheduled' },
    ]);
  });

  test.each([
    [24, 'scheduled'],
    [20 + 1 / 60, 'scheduled'],
    [20, 'skipped'],
  ])('though it was made in time: %f hours before departure its first reminder is %s', (hours, status) => {
    const [, first] = addedOf(reconcile(buildCopy(), [], departsAtMs - hours * hourMs));
    expect(first).toMatchObject({ kind: 'departure_24h', status });
  });

  test.each([
    [1 / 60, 'scheduled', null],
    [0, 'skipped', 'window_missed'],
  ])('%f hours before departure its last reminder is %s', (hours, status, reason) => {
    const last = addedOf(reconcile(buildCopy(), [], departsAtMs - hours * hourMs)).at(-1);
    expect(last).toMatchObject({ kind: 'departure_2h', status, reason });
  });
});

describe.each([
  ['cancelled', 'booking_cancelled'],
  ['expired', 'booking_expired'],
] as const)('a booking that is %s', (status, reason) => {
  test('takes what is not sent with it, and nothing else', () => {
    const rows = storedFor(buildCopy()).map(
      (row, index): Reminder => ({
        ...row,
        status: (['sent', 'sending', 'scheduled'] as const)[index] ?? 'failed',
      }),
    );
    expect(reconcile(buildCopy({ status }), rows)).toEqual({
      added: [],
      changed: [{ id: rows[2]?.id, to: 'ada@example.com', standing: { status: 'cancelled', reason } }],
    });
  });

  test('gets nothing when it was never known otherwise', () => {
    expect(reconcile(buildCopy({ status }), [])).toEqual({ added: [], changed: [] });
  });
});

describe('a flight that moves', () => {
  const laterMs = departsAtMs + 30 * 60_000;

  test('before anything was sent moves its reminders, by however little', () => {
    const result = reconcile(movedTo(laterMs), storedFor(buildCopy()));
    expect(addedOf(result)).toEqual([
      { kind: 'departure_24h', departsAtMs: laterMs, status: 'scheduled', reason: 'moved_with_flight' },
      { kind: 'departure_2h', departsAtMs: laterMs, status: 'scheduled', reason: 'moved_with_flight' },
    ]);
    expect(result.changed.map(({ standing }) => standing)).toEqual([
      { status: 'cancelled', reason: 'flight_moved' },
      { status: 'cancelled', reason: 'flight_moved' },
    ]);
  });

  test('and returns revives what was cancelled', () => {
    const cancelled = storedFor(buildCopy(), { status: 'cancelled', reason: 'flight_moved' });
    const result = reconcile(buildCopy(), only('departure_24h', cancelled));
    expect(result.changed).toEqual([
      { id: cancelled[1]?.id, to: 'ada@example.com', standing: { status: 'scheduled', reason: 'moved_with_flight' } },
    ]);
  });

  test('and returns too late to be told of leaves it skipped', () => {
    const cancelled = only('departure_24h', storedFor(buildCopy(), { status: 'cancelled', reason: 'flight_moved' }));
    const result = reconcile(buildCopy(), cancelled, departsAtMs - 20 * hourMs);
    expect(result.changed[0]?.standing).toEqual({ status: 'skipped', reason: 'window_missed' });
  });

  const sentFirst = storedFor(buildCopy())
    .filter(({ kind }) => kind === 'departure_24h')
    .map((row) => ({ ...row, status: 'sent' as const, sentAtMs: row.dueAtMs }));
  const afterSendingMs = departsAtMs - 23 * hourMs;

  test.each([
    [59, 'skipped', 'moved_less_than_an_hour'],
    [-59, 'skipped', 'moved_less_than_an_hour'],
    [60, 'scheduled', 'moved_with_flight'],
    [-60, 'scheduled', 'moved_with_flight'],
  ])('by %i minutes after the reminder was sent: the new one is %s', (minutes, status, reason) => {
    const added = addedOf(reconcile(movedTo(departsAtMs + minutes * 60_000), sentFirst, afterSendingMs));
    expect(added.find(({ kind }) => kind === 'departure_24h')).toMatchObject({ status, reason });
  });

  test('in small steps is measured from the departure the traveller was last told', () => {
    const skipped = buildReminder(
      {
        kind: 'departure_24h',
        flightId: 'flt_out',
        departsAtMs: departsAtMs + 40 * 60_000,
        dueAtMs: 0,
        sendUntilMs: departsAtMs,
        bookedAfterDue: false,
      },
      { status: 'skipped', reason: 'moved_less_than_an_hour' },
    );
    const moved = movedTo(departsAtMs + 80 * 60_000);
    const added = addedOf(reconcile(moved, [...sentFirst, skipped], afterSendingMs));
    expect(added.find(({ kind }) => kind === 'departure_24h')).toMatchObject({ status: 'scheduled' });
  });

  test('back to what was skipped is told when something else was told since', () => {
    const skippedMs = departsAtMs + 40 * 60_000;
    const plan = {
      kind: 'departure_24h',
      flightId: 'flt_out',
      dueAtMs: 0,
      sendUntilMs: departsAtMs,
      bookedAfterDue: false,
    } as const;
    const skipped = buildReminder(
      { ...plan, departsAtMs: skippedMs },
      { status: 'skipped', reason: 'moved_less_than_an_hour' },
    );
    const sentSince = buildReminder(
      { ...plan, departsAtMs: departsAtMs + 200 * 60_000 },
      { status: 'sent', sentAtMs: afterSendingMs },
    );
    const { changed } = reconcile(movedTo(skippedMs), [...sentFirst, skipped, sentSince], afterSendingMs + 60_000);
    expect(changed).toContainEqual({
      id: skipped.id,
      to: 'ada@example.com',
      standing: { status: 'scheduled', reason: null },
    });
  });

  test('so that a connection becomes a journey of its own gets reminders, and the other way round loses them', () => {
    const onward = (ms: number) =>
      buildFlight({ flightId: 'flt_on', origin: 'LHR', destination: 'CDG', departsAtMs: ms });
    const connecting = buildCopy({ flights: [buildFlight(), onward(departsAtMs + 8 * hourMs)] });
    const apart = buildCopy({ flights: [buildFlight(), onward(departsAtMs + 40 * hourMs)] });
    const gained = reconcile(apart, storedFor(connecting)).added.map(({ kind, flightId }) => [kind, flightId]);
    expect(gained).toEqual([
      ['departure_24h', 'flt_on'],
      ['departure_2h', 'flt_on'],
    ]);
    const later = buildCopy({
      flights: [buildFlight({ departsAtMs: departsAtMs + 30 * hourMs }), onward(departsAtMs + 40 * hourMs)],
    });
    const reasons = reconcile(later, storedFor(apart)).changed.map(({ standing }) => standing?.reason);
    expect(reasons).toEqual(['flight_moved', 'flight_moved', 'not_first_flight', 'not_first_flight']);
  });
});

test('a flight that leaves the booking takes its reminders with it', () => {
  const changed = buildCopy({ flights: [buildFlight({ flightId: 'flt_other' })] });
  const reasons = reconcile(changed, storedFor(buildCopy())).changed.map(({ standing }) => standing?.reason);
  expect(reasons).toEqual(['flight_dropped', 'flight_dropped']);
});

test('a new address is used for what is not sent yet, and for nothing else', () => {
  const rows = storedFor(buildCopy()).map((row, index) => (index === 0 ? { ...row, status: 'sent' as const } : row));
  const { changed } = reconcile(buildCopy({ email: 'new@example.com' }), rows);
  expect(changed).toEqual(rows.slice(1).map(({ id }) => ({ id, to: 'new@example.com' })));
});

test('a flight that leaves the booking and is booked again skips what was due by then', () => {
  const dropped = storedFor(buildCopy(), { status: 'cancelled', reason: 'flight_dropped' });
  const bookedAtMs = departsAtMs - 23 * hourMs;
  const again = buildCopy({ flights: [buildFlight({ bookedAtMs })] });
  const { changed } = reconcile(again, dropped.slice(1), bookedAtMs);
  expect(changed.map(({ standing }) => standing)).toEqual([
    { status: 'skipped', reason: 'booked_after_due' },
    { status: 'scheduled', reason: null },
  ]);
  const skipped = dropped.map((row): Reminder => ({ ...row, status: 'skipped', reason: 'booked_after_due' }));
  expect(reconcile(again, skipped.slice(1, 2), bookedAtMs).changed).toEqual([]);
});

describe('mails that somebody has switched off', () => {
  const blocks: SendBlocks = { ...noBlocks, switchedOff: new Set(['departure_24h']) };
  const standing = { status: 'skipped', reason: 'switched_off' } as const;

  test('are skipped when they are planned, and so are those that were', () => {
    expect(addedOf(reconcile(buildCopy(), [], longBeforeMs, blocks))).toMatchObject([
      { kind: 'booking_confirmed', status: 'scheduled' },
      { kind: 'departure_24h', ...standing },
      { kind: 'departure_2h', status: 'scheduled' },
    ]);
    const stored = storedFor(buildCopy());
    expect(reconcile(buildCopy(), stored, longBeforeMs, blocks).changed).toEqual([
      { id: stored[1]?.id, to: 'ada@example.com', standing },
    ]);
  });

  test('stay so, go with their booking, and come back when they are wanted', () => {
    const skipped = only('departure_24h', storedFor(buildCopy(), standing));
    expect(reconcile(buildCopy(), skipped, longBeforeMs, blocks).changed).toEqual([]);
    const standingsOf = (result: ReturnType<typeof reconcile>) => result.changed.map((change) => change.standing);
    expect(standingsOf(reconcile(buildCopy(), skipped))).toEqual([{ status: 'scheduled', reason: null }]);
    expect(standingsOf(reconcile(buildCopy(), skipped, departsAtMs - 20 * hourMs))).toEqual([
      { status: 'skipped', reason: 'window_missed' },
    ]);
    expect(standingsOf(reconcile(buildCopy({ status: 'cancelled' }), skipped))).toEqual([
      { status: 'cancelled', reason: 'booking_cancelled' },
    ]);
  });
});

describe('an address that was refused', () => {
  const refused: SendBlocks = { ...noBlocks, addressRefused: true };
  const [failed, ...skipped] = storedFor(buildCopy(), { status: 'skipped', reason: 'address_refused' });
  if (!failed) throw new Error('A booking has a confirmation.');
  const stored = [{ ...failed, status: 'failed' as const }, ...skipped];

  test('gets nothing more', () => {
    expect(reconcile(buildCopy(), stored, longBeforeMs, refused)).toEqual({ added: [], changed: [] });
    expect(addedOf(reconcile(movedTo(departsAtMs + hourMs), stored, longBeforeMs, refused))).toMatchObject([
      { status: 'skipped', reason: 'address_refused' },
      { status: 'skipped', reason: 'address_refused' },
    ]);
  });

  test('in whose place there is another one frees what failed and what was skipped', () => {
    const to = 'new@example.com';
    const standing = { status: 'scheduled', reason: null };
    expect(reconcile(buildCopy({ email: to }), stored).changed).toEqual(stored.map(({ id }) => ({ id, to, standing })));
  });

  test('that is the same still is not tried again because something else has changed', () => {
    expect(reconcile(buildCopy(), [{ ...failed, status: 'failed' }]).changed).toEqual([]);
  });
});
