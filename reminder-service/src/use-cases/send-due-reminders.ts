import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { AskCurrentBookings } from '../clients/current-bookings.ts';
import type { AskMailSecret } from '../clients/mail-secrets.ts';
import type { Mailer } from '../clients/mailer.ts';
import type { AskTicket } from '../clients/tickets.ts';
import type { Sending } from '../db/sending.ts';
import type { CurrentAnswer } from '../domain/decide-sending.ts';
import type { ReminderOffset } from '../domain/plan-reminders.ts';
import type { Mail } from '../domain/reminder.ts';
import type { ComposeAccountMail } from '../mail/compose-account-mail.ts';
import type { ComposeMail } from '../mail/compose-mail.ts';
import { createDelivery, type Delivery, maximumAttempts } from './deliver-reminder.ts';
import { createSendPace, type SendPace } from './send-pace.ts';

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

/** The most reminders claimed at once: few enough to be on their way soon. */
const batchSize = 50;

/** Batches that one run works through at most, before whoever calls it may look round. */
const maximumBatches = 20;

/** How soon those who have nothing to do look again, while another one's mail takes long. */
const lookAgainMs = 1_000;

/** Mails under way at once, per process. */
const maximumSends = 5;

/** A claimed reminder, with what is needed to send it. */
type Claimed = {
  readonly reminder: Mail;
  readonly delivery: Delivery;
  readonly pace: SendPace;
  readonly currentOf: (bookingId: string) => CurrentAnswer;
};

/**
 * Sends what is due, a bounded number of mails. Any number of workers may do so at the same time.
 * 1. Claims rows by a lease, a batch at a time, in one short transaction.
 * 2. Asks whether their bookings still stand, outside of any transaction.
 * 3. Looks at each once more, asks for its secret if it carries one, sends its mail, and writes down what became of it, if the lease still holds.
 * A mail that takes long holds up none but the next of its lane: the others go on, with another batch if need be.
 * @param signal when it aborts, mails under way are finished and the rest is given back.
 * @returns how many reminders were dealt with; 0 when nothing is due.
 */
export async function sendDueReminders(parts: SendingParts, signal: AbortSignal): Promise<number> {
  const due = createDueReminders(parts, signal);
  let busy = 0;
  const sendOneByOne = async () => {
    for (let claimed = await due.next(() => busy > 0); claimed; claimed = await due.next(() => busy > 0)) {
      busy += 1;
      await deal(parts, claimed, signal).finally(() => {
        busy -= 1;
      });
    }
  };
  // Where one fails, because the database is away, the mails of the others are finished first.
  const ends = await Promise.allSettled(Array.from({ length: maximumSends }, sendOneByOne));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return due.count();
}

/** Hands out what is due to whoever has time, and claims more when there is none left. */
function createDueReminders(parts: SendingParts, signal: AbortSignal) {
  const { sending, clock, askCurrent } = parts;
  const waiting: Claimed[] = [];
  let batches = 0;
  let count = 0;
  let claiming: Promise<boolean> | undefined;
  let latest: Delivery | undefined;

  /** False: there is nothing, for the moment. */
  async function claim(): Promise<boolean> {
    const batch = await sending.claim({ nowMs: clock.nowMs(), batchSize, maximumAttempts });
    if (batch.reminders.length + batch.settled === 0) return false;
    batches += 1;
    count += batch.reminders.length + batch.settled;
    const ids = batch.reminders.flatMap((mail) => ('bookingId' in mail ? mail.bookingId : []));
    const currentOf: Claimed['currentOf'] = ids.length > 0 ? await askCurrent(ids) : () => 'no_answer';
    const delivery = createDelivery(parts, batch.holder);
    const pace = createSendPace(batch.slots);
    latest = delivery;
    waiting.push(...batch.reminders.map((reminder) => ({ reminder, delivery, pace, currentOf })));
    return true;
  }

  /** A server that is away is not asked for more, and whoever stops starts nothing. */
  const mayClaim = () => batches < maximumBatches && !signal.aborted && !latest?.serverIsAway();

  return {
    /** @param othersAreBusy while they are, it is worth waiting for what falls due; else this run is over. */
    next: async (othersAreBusy: () => boolean): Promise<Claimed | undefined> => {
      while (waiting.length === 0 && mayClaim()) {
        claiming ??= claim().finally(() => {
          claiming = undefined;
        });
        if (await claiming) continue;
        if (!othersAreBusy()) return undefined;
        await wait(lookAgainMs, signal);
      }
      return waiting.shift();
    },
    count: () => count,
  };
}

async function deal({ log }: SendingParts, claimed: Claimed, signal: AbortSignal): Promise<void> {
  const { reminder, delivery, pace, currentOf } = claimed;
  try {
    if (!delivery.serverIsAway()) await pace.turn(signal);
    if (signal.aborted || delivery.serverIsAway()) await delivery.putBack(reminder);
    else await delivery.deliver(reminder, currentOf);
  } catch (error) {
    // The database, most likely. The lease ends by itself, and then another worker goes on where this one was.
    log.error({ error, reminderId: reminder.id }, 'a reminder could not be dealt with; its lease will end');
  }
}
