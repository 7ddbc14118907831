import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildReminder, hourMs, usualOffsets } from '../../tests/sample-bookings.ts';
import { type CurrentAnswer, decideSending } from './decide-sending.ts';
import { planReminders } from './plan-reminders.ts';
import type { Reminder } from './reminder.ts';
import { noBlocks } from './send-blocks.ts';

const departsAtMs = at('2026-12-25T23:00:00Z');
const dueMs = departsAtMs - 24 * hourMs;
const booking = buildCopy({ version: 3 });
const [, planned] = planReminders(booking, dueMs, usualOffsets);
if (planned?.kind !== 'departure_24h') throw new Error('The second reminder of a booking is the one a day ahead.');
const reminder = buildReminder(planned, { status: 'sending' });

type Question = Parameters<typeof decideSending>[0];
const decide = (changes: Partial<Question> = {}, nowMs = dueMs) =>
  decideSending(
    { reminder, booking, current: 'no_answer', sent: [], offsets: usualOffsets, blocks: noBlocks, ...changes },
    nowMs,
  );

const answering = (changes: Partial<Exclude<CurrentAnswer, string>> = {}): CurrentAnswer => ({
  status: 'confirmed',
  version: 4,
  departures: [{ flightId: 'flt_out', departsAtMs }],
  ...changes,
});

test('sends what is due, whether the booking was confirmed or nobody answered', () => {
  expect(decide()).toBe('send');
  expect(decide({ current: answering() })).toBe('send');
});

describe('when the one who keeps the booking knows better', () => {
  test.each([
    ['cancelled', answering({ status: 'cancelled' }), 'booking_cancelled'],
    ['expired', answering({ status: 'expired' }), 'booking_expired'],
    ['unknown', 'unknown', 'booking_unknown'],
    ['moved', answering({ departures: [{ flightId: 'flt_out', departsAtMs: departsAtMs + 1 }] }), 'flight_moved'],
    ['without the flight', answering({ departures: [] }), 'flight_dropped'],
  ] as const)('a booking that is %s is not reminded of', (_, current, reason) => {
    expect(decide({ current })).toEqual({ status: 'cancelled', reason });
  });

  test('an answer older than the copy does not count', () => {
    expect(decide({ current: answering({ version: 2, status: 'pending' }) })).toBe('send');
  });
});

test('the copy decides when nobody answers', () => {
  expect(decide({ booking: buildCopy({ status: 'cancelled' }) })).toEqual({
    status: 'cancelled',
    reason: 'booking_cancelled',
  });
});

test('sends late until the window ends', () => {
  expect(decide({}, departsAtMs - 20 * hourMs - 1)).toBe('send');
  expect(decide({}, departsAtMs - 20 * hourMs)).toEqual({ status: 'skipped', reason: 'window_missed' });
});

test('does not repeat what went out for nearly the same departure while this one waited', () => {
  const sent: Reminder = { ...reminder, departsAtMs: departsAtMs - 59 * 60_000, status: 'sent', sentAtMs: dueMs };
  expect(decide({ sent: [sent] })).toEqual({ status: 'skipped', reason: 'moved_less_than_an_hour' });
  expect(decide({ sent: [{ ...sent, departsAtMs: departsAtMs - 60 * 60_000 }] })).toBe('send');
  expect(decide({ sent: [{ ...sent, kind: 'departure_2h' }] })).toBe('send');
});

test('waits while one for nearly the same departure may be at the mail server', () => {
  const earlier: Reminder = { ...reminder, departsAtMs: departsAtMs - 59 * 60_000, status: 'sending', attempts: 1 };
  expect(decide({ beingSent: [earlier] })).toBe('wait');
  expect(decide({ beingSent: [{ ...earlier, departsAtMs: departsAtMs - 60 * 60_000 }] })).toBe('send');
  expect(decide({ beingSent: [earlier], booking: buildCopy({ status: 'cancelled' }) })).toMatchObject({
    status: 'cancelled',
  });
});

test('does not send what is switched off, or goes to an address that was refused', () => {
  const switchedOff = new Set(['departure_24h'] as const);
  expect(decide({ blocks: { ...noBlocks, switchedOff } })).toEqual({ status: 'skipped', reason: 'switched_off' });
  expect(decide({ blocks: { ...noBlocks, addressRefused: true } })).toEqual({
    status: 'skipped',
    reason: 'address_refused',
  });
  expect(decide({ blocks: { ...noBlocks, switchedOff: new Set(['departure_2h'] as const) } })).toBe('send');
});
