import type { BookingCopy } from './booking.ts';
import { type CurrentAnswer, decideSending } from './decide-sending.ts';
import type { ReminderErrorCode } from './errors.ts';
import type { ReminderOffset } from './plan-reminders.ts';
import type { Mail, Reminder, ReminderReason } from './reminder.ts';
import type { SendBlocks } from './send-blocks.ts';

/** What a mail about a booking is judged by. */
export type RetryFacts = {
  /** As it is kept here, with what holds its mails back; nothing when it is not known. */
  readonly booking: BookingCopy | undefined;
  readonly blocks: SendBlocks | undefined;
  readonly current: CurrentAnswer;
  /** All reminders of the booking. */
  readonly stored: readonly Reminder[];
  readonly offsets: readonly ReminderOffset[];
};

type Refusal = { readonly code: ReminderErrorCode; readonly detail: string };

/**
 * Why a mail can't be tried again though somebody asks for it; nothing when it can. An address that was refused does not
 * count: to try it again is what was asked for.
 * @param facts of a mail about a booking.
 */
export function decideRetry(mail: Mail, facts: RetryFacts | undefined, nowMs: number): Refusal | undefined {
  switch (mail.status) {
    case 'sent':
      return alreadySent;
    case 'cancelled':
      return refusalFor(mail.reason);
    case 'scheduled':
    case 'sending':
      return { code: 'reminder_not_failed', detail: `The reminder is ${mail.status}: it is on its way as it is.` };
  }
  if (!('bookingId' in mail) || !facts) return nowMs >= mail.sendUntilMs ? tooLate : undefined;
  const { booking, blocks, current, stored, offsets } = facts;
  if (!booking || !blocks) return outdated;
  const decision = decideSending(
    {
      reminder: mail,
      booking,
      current,
      sent: stored.filter(({ status }) => status === 'sent'),
      offsets,
      blocks: { ...blocks, addressRefused: false },
    },
    nowMs,
  );
  // What it might repeat is looked at again when it is sent.
  if (decision === 'send' || decision === 'wait') return undefined;
  return decision.reason === 'window_missed' && hasDeparted(mail, booking, nowMs)
    ? departed
    : refusalFor(decision.reason);
}

function refusalFor(reason: ReminderReason | null): Refusal {
  switch (reason) {
    case 'booking_cancelled':
      return { code: reason, detail: 'The booking is cancelled.' };
    case 'booking_expired':
      return { code: reason, detail: 'The booking was not paid in time.' };
    case 'booking_not_confirmed':
      return { code: reason, detail: 'The booking is not confirmed.' };
    case 'window_missed':
      return tooLate;
    case 'moved_less_than_an_hour':
      return alreadySent;
    case 'switched_off':
      return { code: reason, detail: 'Whoever would get this mail does not want its kind.' };
    default:
      return outdated;
  }
}

function hasDeparted(reminder: Reminder, booking: BookingCopy, nowMs: number): boolean {
  const departures = booking.flights
    .filter(({ flightId }) => reminder.flightId === null || flightId === reminder.flightId)
    .map(({ departsAtMs }) => departsAtMs);
  return departures.every((departsAtMs) => departsAtMs <= nowMs);
}

const alreadySent: Refusal = { code: 'already_sent', detail: 'The mail was sent already, or one that says the same.' };
const departed: Refusal = { code: 'departed', detail: 'The flight has departed.' };
const tooLate: Refusal = {
  code: 'reminder_too_late',
  detail: 'The time within which this mail makes sense is over.',
};
const outdated: Refusal = {
  code: 'reminder_outdated',
  detail: 'What the mail was about has changed: it is not asked for any more.',
};
