import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { auditRecorded } from '@jetbridge/service-kit/events/audit.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Transaction } from 'sequelize';
import type { AskCurrentBookings } from '../clients/current-bookings.ts';
import type { Bookings } from '../db/bookings.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SendBlocksStore } from '../db/send-blocks.ts';
import { decideRetry } from '../domain/decide-retry.ts';
import type { CurrentAnswer } from '../domain/decide-sending.ts';
import { ReminderError } from '../domain/errors.ts';
import { planReminders, type ReminderOffset } from '../domain/plan-reminders.ts';
import { reconcileReminders } from '../domain/reconcile-reminders.ts';
import type { Mail } from '../domain/reminder.ts';

export type RetryParts = {
  readonly database: Database;
  readonly bookings: Bookings;
  readonly reminders: Reminders;
  readonly blocks: SendBlocksStore;
  readonly askCurrent: AskCurrentBookings;
  readonly offsets: readonly ReminderOffset[];
  readonly clock: Clock;
};

/**
 * Plans a mail again that has failed or was skipped: due now, with all its tries before it. An address that was refused
 * for it is tried again, and what was skipped with it is planned again. The sender looks at it once more, as at every mail. The audit log hears of it.
 * @throws ReminderError saying why it makes no sense.
 */
export async function retryReminder(parts: RetryParts, actor: string, id: string): Promise<Mail> {
  const { database, bookings, reminders, askCurrent } = parts;
  const seen = await reminders.find(id);
  if (!seen) throw notFound();
  // Outside of the transaction, and before it: booking-service may take its time.
  const current: CurrentAnswer =
    'bookingId' in seen ? (await askCurrent([seen.bookingId]))(seen.bookingId) : 'no_answer';
  return database.write(async (tx) => {
    // The booking goes before its reminders, as everywhere.
    if ('bookingId' in seen) await bookings.lock(seen.bookingId, tx);
    const mail = await reminders.lock(id, tx);
    if (!mail) throw notFound();
    await allow(parts, mail, current, tx);
    const { status, reason } = mail;
    await reminders.reopen(id, parts.clock.nowMs(), tx);
    const deed = {
      actor,
      action: 'reminder.retried',
      target: { type: 'reminder', id },
      before: { status, reason },
      after: { status: 'scheduled' },
    } as const;
    await appendEvents(database, [auditRecorded('reminder-service', deed)], tx);
    return (await reminders.lock(id, tx)) ?? mail;
  });
}

/** @throws ReminderError */
async function allow(parts: RetryParts, mail: Mail, current: CurrentAnswer, tx: Transaction): Promise<void> {
  const { bookings, reminders, blocks, offsets, clock } = parts;
  const nowMs = clock.nowMs();
  const booking = 'bookingId' in mail ? await bookings.find(mail.bookingId, tx) : undefined;
  const facts = 'bookingId' in mail && {
    booking,
    current,
    stored: await reminders.lockOfBooking(mail.bookingId, tx),
    blocks: booking && (await blocks.find(booking, tx)),
    offsets,
  };
  const refusal = decideRetry(mail, facts || undefined, nowMs);
  if (refusal) throw new ReminderError(refusal.code, refusal.detail);
  if (!booking || !facts || facts.blocks?.addressRefused !== true) return;
  await blocks.admitAddress(booking.id, booking.email, tx);
  // What was skipped with it goes again as well.
  const planned = planReminders(booking, nowMs, offsets);
  const held = { ...facts.blocks, addressRefused: false };
  const { changed } = reconcileReminders(booking, planned, facts.stored, nowMs, held);
  await reminders.apply(booking, { added: [], changed }, tx);
}

const notFound = () => new ReminderError('reminder_not_found', 'There is no reminder with this id.');
