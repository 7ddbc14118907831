import type { BookingCopy } from './booking.ts';
import { isWanted, type PlannedBooking, type ReminderOffset } from './plan-reminders.ts';
import type { Standing } from './reconcile-reminders.ts';
import { type Reminder, reasonToDrop, repeatsWhatWasSent } from './reminder.ts';
import { blockOf, type SendBlocks } from './send-blocks.ts';

/** What the service that keeps the bookings says of one at the moment of sending. */
export type CurrentBooking = {
  readonly status: BookingCopy['status'];
  readonly version: number;
  readonly departures: readonly { readonly flightId: string; readonly departsAtMs: number }[];
};

/** An answer about a booking, the answer that there is none, or no answer: then the local copy decides. */
export type CurrentAnswer = CurrentBooking | 'unknown' | 'no_answer';

/** It may be known in a moment whether a reminder would repeat another one. */
export type SendingDecision = 'send' | 'wait' | Standing;

/**
 * Whether a due reminder goes out, looked at right before it does; if not, what becomes of it. It waits while another one
 * that says nearly the same may be at the mail server.
 * @param question.sent reminders of the same booking that were sent.
 * @param question.beingSent others of the same booking whose attempt has begun.
 * @param question.blocks what holds mails of the booking back.
 */
export function decideSending(
  question: {
    reminder: Reminder;
    booking: BookingCopy;
    current: CurrentAnswer;
    sent: readonly Reminder[];
    beingSent?: readonly Reminder[];
    offsets: readonly ReminderOffset[];
    blocks: SendBlocks;
  },
  nowMs: number,
): SendingDecision {
  const { reminder, sent, beingSent = [], offsets, current } = question;
  if (current === 'unknown') return { status: 'cancelled', reason: 'booking_unknown' };
  const booking = newest(question.booking, current);
  if (!isWanted(reminder, booking, nowMs, offsets))
    return { status: 'cancelled', reason: reasonToDrop(reminder, booking) };
  if (nowMs >= reminder.sendUntilMs) return { status: 'skipped', reason: 'window_missed' };
  if (repeatsWhatWasSent(reminder, sent)) return { status: 'skipped', reason: 'moved_less_than_an_hour' };
  const block = blockOf(reminder.kind, question.blocks);
  if (block) return { status: 'skipped', reason: block };
  return repeatsWhatWasSent(reminder, beingSent) ? 'wait' : 'send';
}

function newest(copy: BookingCopy, current: CurrentBooking | 'no_answer'): PlannedBooking {
  if (current === 'no_answer' || current.version <= copy.version) return copy;
  const departures = new Map(current.departures.map(({ flightId, departsAtMs }) => [flightId, departsAtMs]));
  const flights = copy.flights.flatMap((flight) => {
    const departsAtMs = departures.get(flight.flightId);
    return departsAtMs === undefined ? [] : [{ ...flight, departsAtMs }];
  });
  return { ...copy, status: current.status, flights };
}
