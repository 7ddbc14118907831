import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Turns } from '@jetbridge/service-kit/turns.ts';
import type { AskCurrentBookings } from '../clients/current-bookings.ts';
import type { AskMailSecret } from '../clients/mail-secrets.ts';
import type { Mailer } from '../clients/mailer.ts';
import type { AskTicket } from '../clients/tickets.ts';
import type { Sending } from '../db/sending/sending.ts';
import type { ReminderOffset } from '../domain/plan-reminders.ts';
import type { ComposeAccountMail } from '../mail/compose-account-mail.ts';
import type { ComposeMail } from '../mail/compose-mail.ts';
import type { Begun } from './deliver-reminder.ts';
import { createDueReminders, type Due } from './due-reminders.ts';

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

/** Mails at the mail server at once, per process. */
export const maximumSends = 5;

/** Mails dealt with at once: those at the mail server, and the next ones, which are got ready for it. */
const lanes = 10;

/** Mails that have left and are not written down yet. A process that dies sends them again. */
const maximumUnwritten = 40;

/**
 * Sends what is due, a bounded number of mails. Any number of workers may do so at the same time.
 * 1. Claims rows by a lease, a batch at a time, in one short transaction.
 * 2. Asks whether their bookings still stand, outside of any transaction.
 * 3. Looks at each once more and begins its attempt, with a fresh lease, if the claim still holds.
 * 4. Asks for its ticket or secret if it carries one, and sends its mail.
 * 5. Writes down what became of it, if the lease still holds.
 * A mail that takes long holds up none but the next of its lane: the others go on, with another batch if need be.
 * @param atServer lets in as many as may be at the mail server at once; the same for each run of a process.
 * @param signal when it aborts, mails under way are finished and the rest is given back.
 * @returns how many reminders were dealt with; 0 when nothing is due.
 */
export async function sendDueReminders(parts: SendingParts, atServer: Turns, signal: AbortSignal): Promise<number> {
  const due = createDueReminders(parts, { atServer, signal });
  const unwritten = new Set<Promise<void>>();
  let busy = 0;

  async function deal({ begun, delivery }: Due): Promise<void> {
    const { written } = await delivery.deliver(begun);
    const isWritten = written.catch(failed(begun)).finally(() => unwritten.delete(isWritten));
    unwritten.add(isWritten);
    if (unwritten.size > maximumUnwritten) await isWritten;
  }

  /** The database, most likely. The lease ends by itself, and then another worker goes on where this one was. */
  const failed =
    ({ reminder }: Begun) =>
    (error: unknown) => {
      parts.log.error({ error, reminderId: reminder.id }, 'a reminder could not be dealt with; its lease will end');
    };

  async function sendOneByOne(): Promise<void> {
    for (let one = await due.next(() => busy > 0); one; one = await due.next(() => busy > 0)) {
      busy += 1;
      await deal(one).catch(failed(one.begun));
      busy -= 1;
    }
  }

  // Where one fails, because the database is away, the mails of the others are finished first.
  const ends = await Promise.allSettled(Array.from({ length: lanes }, sendOneByOne));
  await Promise.all(unwritten);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return due.count();
}
