import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildReminder, hourMs, usualOffsets } from '../../tests/sample-bookings.ts';
import { decideRetry, type RetryFacts } from './decide-retry.ts';
import { planReminders } from './plan-reminders.ts';
import type { AccountMail, Reminder } from './reminder.ts';
import { noBlocks } from './send-blocks.ts';

const departsAtMs = at('2026-12-25T23:00:00Z');
const dueMs = departsAtMs - 24 * hourMs;
const booking = buildCopy({ version: 3 });
const [, planned] = planReminders(booking, dueMs, usualOffsets);
if (planned?.kind !== 'departure_24h') throw new Error('The second reminder of a booking is the one a day ahead.');
const failed = buildReminder(planned, { status: 'failed', reason: 'mail_refused' });
const facts: RetryFacts = { booking, blocks: noBlocks, current: 'no_answer', stored: [], offsets: usualOffsets };

const codeOf = (reminder: Partial<Reminder>, changes: Partial<RetryFacts> = {}, nowMs = dueMs) =>
  decideRetry({ ...failed, ...reminder }, { ...facts, ...changes }, nowMs)?.code;

test.each([
  { status: 'failed', reason: 'mail_refused' },
  { status: 'failed', reason: 'address_refused' },
  { status: 'failed', reason: 'too_many_attempts' },
  { status: 'skipped', reason: 'booked_after_due' },
  { status: 'skipped', reason: 'address_refused' },
  { status: 'skipped', reason: 'window_missed' },
] as const)('a mail that is $status, $reason is tried again while there is time', (standing) => {
  expect(codeOf(standing, { blocks: { ...noBlocks, addressRefused: true } })).toBeUndefined();
});

describe('is refused', () => {
  test.each([
    ['sent', null, 'already_sent'],
    ['scheduled', null, 'reminder_not_failed'],
    ['sending', null, 'reminder_not_failed'],
    ['cancelled', 'booking_cancelled', 'booking_cancelled'],
    ['cancelled', 'booking_expired', 'booking_expired'],
    ['cancelled', 'flight_moved', 'reminder_outdated'],
  ] as const)('for a mail that is %s (%s): %s', (status, reason, code) => {
    expect(codeOf({ status, reason })).toBe(code);
  });

  test.each([
    ['cancelled', 'booking_cancelled'],
    ['expired', 'booking_expired'],
    ['pending', 'booking_not_confirmed'],
  ] as const)('when the booking is %s, here or where it is kept', (status, code) => {
    expect(codeOf({}, { booking: buildCopy({ version: 3, status }) })).toBe(code);
    expect(codeOf({}, { current: { status, version: 4, departures: [] } })).toBe(code);
  });

  test('when nobody knows the booking, or it does not ask for the mail any more', () => {
    expect(codeOf({}, { booking: undefined })).toBe('reminder_outdated');
    expect(codeOf({}, { current: 'unknown' })).toBe('reminder_outdated');
    expect(codeOf({ departsAtMs: departsAtMs + hourMs })).toBe('reminder_outdated');
  });

  test('when it is too late, and says when the flight has departed', () => {
    expect(codeOf({}, {}, departsAtMs - 20 * hourMs)).toBe('reminder_too_late');
    expect(codeOf({}, {}, departsAtMs)).toBe('departed');
  });

  test('when its kind is switched off, or the same was sent', () => {
    expect(codeOf({}, { blocks: { ...noBlocks, switchedOff: new Set(['departure_24h']) } })).toBe('switched_off');
    const sent = { ...failed, status: 'sent', sentAtMs: dueMs, departsAtMs: departsAtMs - 59 * 60_000 } as const;
    expect(codeOf({}, { stored: [sent] })).toBe('already_sent');
  });
});

test('a mail about an account can be tried again until it is too late for it', () => {
  const { bookingId: _, bookingReference: __, flightId: ___, departsAtMs: ____, ...standing } = failed;
  const mail: AccountMail = { ...standing, kind: 'welcome', requestId: 'vrf_1', userId: 'usr_1' };
  expect(decideRetry(mail, undefined, mail.sendUntilMs - 1)).toBeUndefined();
  expect(decideRetry(mail, undefined, mail.sendUntilMs)?.code).toBe('reminder_too_late');
});
