import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { AskCurrentBookings } from '../clients/current-bookings.ts';
import type { AskMailSecret } from '../clients/mail-secrets.ts';
import type { Mailer } from '../clients/mailer.ts';
import type { AskTicket } from '../clients/tickets.ts';
import type { ClaimedBatch, Sending } from '../db/sending.ts';
import type { ReminderOffset } from '../domain/plan-reminders.ts';
import type { ComposeAccountMail } from '../mail/compose-account-mail.ts';
import type { ComposeMail } from '../mail/compose-mail.ts';
import { createDelivery, maximumAttempts } from './deliver-reminder.ts';
import { createSendPace } from './send-pace.ts';

export type SendingParts = {
  readonly sending: Sending;
  readonly askCurrent: AskCurrentBookings;
  readonly compose: ComposeMail;
  readonly askTicket: AskTicket;
  readonly askSecret: AskMailSecret;
  readonly composeAccountMail: ComposeAccountMail;
  readonly mailer: Mailer;
  readonly offsets: readonly ReminderOffset[];
  readonly clock: Clock;
  readonly log: Logger;
};

/** The most reminders claimed at once: few enough to be on their way long before the lease on them ends. */
const batchSize = 50;

/** Mails under way at once, per process. */
const maximumSends = 5;

/**
 * Sends one batch of what is due. Any number of workers may do so at the same time.
 * 1. Claims rows by a lease, in one short transaction.
 * 2. Asks whether their bookings still stand, outside of any transaction.
 * 3. Looks at each once more, asks for its secret if it carries one, sends its mail, and writes down what became of it, if the lease still holds.
 * @param signal when it aborts, mails under way are finished and the rest of the batch is given back.
 * @returns how many reminders were dealt with; 0 when nothing is due.
 */
export async function sendDueReminders(parts: SendingParts, signal: AbortSignal): Promise<number> {
  const { sending, clock, askCurrent } = parts;
  const batch = await sending.claim({ nowMs: clock.nowMs(), batchSize, maximumAttempts });
  if (batch.reminders.length === 0) return batch.settled;
  const ids = batch.reminders.flatMap((mail) => ('bookingId' in mail ? mail.bookingId : []));
  const currentOf: Awaited<ReturnType<AskCurrentBookings>> = ids.length > 0 ? await askCurrent(ids) : () => 'no_answer';
  await deliverAll(parts, batch, currentOf, signal);
  return batch.reminders.length + batch.settled;
}

async function deliverAll(
  parts: SendingParts,
  batch: ClaimedBatch,
  currentOf: Awaited<ReturnType<AskCurrentBookings>>,
  signal: AbortSignal,
): Promise<void> {
  const { log } = parts;
  const delivery = createDelivery(parts, batch.holder);
  const pace = createSendPace(batch.slots);
  // One iterator for all: each of them takes the next reminder when it is done with one.
  const waiting = batch.reminders.values();
  const deliverNext = async () => {
    for (const reminder of waiting) {
      try {
        if (!delivery.serverIsAway()) await pace.turn(signal);
        if (signal.aborted || delivery.serverIsAway()) await delivery.putBack(reminder);
        else await delivery.deliver(reminder, currentOf);
      } catch (error) {
        // The database, most likely. The lease ends by itself, and then another worker goes on where this one was.
        log.error({ error, reminderId: reminder.id }, 'a reminder could not be dealt with; its lease will end');
      }
    }
  };
  await Promise.all(Array.from({ length: maximumSends }, deliverNext));
}
