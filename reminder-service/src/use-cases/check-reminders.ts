import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { ReminderCheck } from '../db/reminder-check.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { planReminders, type ReminderOffset } from '../domain/plan-reminders.ts';
import { type Reconciliation, reconcileReminders } from '../domain/reconcile-reminders.ts';
import type { Reminder } from '../domain/reminder.ts';
import { noBlocks, type SendBlocks } from '../domain/send-blocks.ts';
import type { FollowBookingParts } from './follow-booking.ts';

/** A reminder that is not as its booking asks for. */
export type ReminderFinding = {
  readonly bookingId: string;
  readonly reference: string;
  readonly kind: string;
  readonly flightId: string | null;
  readonly difference: 'is missing' | 'is to be cancelled' | 'is to be sent after all' | 'goes to another address';
  readonly outcome: 'found' | 'repaired';
};

export type RemindersChecked = {
  readonly bookings: number;
  readonly reminders: number;
  readonly findings: readonly ReminderFinding[];
};

type Parts = FollowBookingParts & { readonly database: Database; readonly check: ReminderCheck };

/** What decides on the mails of a booking beside its own state. */
type Rules = { readonly offsets: readonly ReminderOffset[]; readonly held: SendBlocks };

const bookingsPerPage = 500;

/**
 * Compares the reminders that are planned with the bookings as they are known here. May run beside the service.
 * @param options.fix plans what is missing and cancels what is stale, a booking at a time under the locks that news of
 * a booking take. What was sent is never sent again.
 */
export async function checkReminders(
  parts: Parts,
  options: { fix: boolean; nowMs: number },
): Promise<RemindersChecked> {
  const findings: ReminderFinding[] = [];
  let bookings = 0;
  let reminders = 0;
  for (let page = await parts.check.bookingsAfter('', bookingsPerPage); page.length > 0; ) {
    for (const one of page) {
      bookings += 1;
      reminders += one.reminders.length;
      const seen = compare(one.booking, one.reminders, { offsets: parts.offsets, held: noBlocks }, options.nowMs);
      // Booking and reminders were read one after the other, and what holds mails back was not asked for; under their
      // locks it is seen whether they really differ.
      if (seen.length > 0) findings.push(...(await lookAgain(parts, one.booking, options)));
    }
    page = await parts.check.bookingsAfter(page.at(-1)?.booking.id ?? '', bookingsPerPage);
  }
  return { bookings, reminders, findings };
}

function lookAgain(
  { database, bookings, reminders, blocks, offsets }: Parts,
  seen: BookingCopy,
  { fix, nowMs }: { fix: boolean; nowMs: number },
): Promise<ReminderFinding[]> {
  return database.write(async (tx) => {
    const booking = await bookings.keepFirst(seen, tx);
    const stored = await reminders.lockOfBooking(booking.id, tx);
    const rules = { offsets, held: await blocks.find(booking, tx) };
    const findings = compare(booking, stored, rules, nowMs);
    if (!fix || findings.length === 0) return findings;
    await reminders.apply(booking, wanted(booking, stored, rules, nowMs), tx);
    return findings.map((finding) => ({ ...finding, outcome: 'repaired' as const }));
  });
}

/** What would be written, without the reminders that would only be noted as skipped: those may have been purged. */
function wanted(
  booking: BookingCopy,
  stored: readonly Reminder[],
  { offsets, held }: Rules,
  nowMs: number,
): Reconciliation {
  const planned = planReminders(booking, nowMs, offsets);
  const { added, changed } = reconcileReminders(booking, planned, stored, nowMs, held);
  return { added: added.filter(({ status }) => status === 'scheduled'), changed };
}

function compare(booking: BookingCopy, stored: readonly Reminder[], rules: Rules, nowMs: number): ReminderFinding[] {
  const { added, changed } = wanted(booking, stored, rules, nowMs);
  const common = { bookingId: booking.id, reference: booking.reference, outcome: 'found' as const };
  const missing = added.map(({ kind, flightId }) => ({ ...common, kind, flightId, difference: 'is missing' as const }));
  const other = changed.flatMap(({ id, standing }): ReminderFinding[] => {
    const reminder = stored.find((one) => one.id === id);
    if (!reminder) return [];
    const { kind, flightId } = reminder;
    return [{ ...common, kind, flightId, difference: differenceOf(standing?.status) }];
  });
  return [...missing, ...other];
}

function differenceOf(status: 'scheduled' | 'skipped' | 'cancelled' | undefined): ReminderFinding['difference'] {
  if (status === undefined) return 'goes to another address';
  return status === 'scheduled' ? 'is to be sent after all' : 'is to be cancelled';
}
