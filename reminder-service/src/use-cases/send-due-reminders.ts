import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { AskCurrentBookings } from '../clients/current-bookings.ts';
import type { AskMailSecret } from '../clients/mail-secrets.ts';
import type { Mailer } from '../clients/mailer.ts';
import type { AskTicket } from '../clients/tickets.ts';
import type { Sending } from '../db/sending/sending.ts';
import type { ReminderOffset } from '../domain/plan-reminders.ts';
import type { Mail } from '../domain/reminder.ts';
import type { ComposeAccountMail } from '../mail/compose-account-mail.ts';
import type { ComposeMail } from '../mail/compose-mail.ts';
import { type Begun, createDelivery, type Delivery, maximumAttempts } from './deliver-reminder.ts';
import { createSendPace, type SendPace } from './send-pace.ts';
import { createTurns } from './turns.ts';

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

/** Mails at the mail server at once, per process. */
const maximumSends = 5;

/** Mails dealt with at once: those at the mail server, and those that are being written or written down. */
const lanes = 30;

/** More are claimed when fewer than this wait, so that they are there when the lanes have time for them. */
const claimBelow = 15;

/** A reminder that is to be sent now. */
type Due = { readonly begun: Begun; readonly delivery: Delivery; readonly pace: SendPace };

/**
 * Sends what is due, a bounded number of mails. Any number of workers may do so at the same time.
 * 1. Claims rows by a lease, a batch at a time, in one short transaction.
 * 2. Asks whether their bookings still stand, outside of any transaction.
 * 3. Looks at each once more and begins its attempt, with a fresh lease, if the claim still holds.
 * 4. Asks for its secret or ticket if it carries one, sends its mail, and writes down what became of it, if the lease still holds.
 * A mail that takes long holds up none but the next of its lane: the others go on, with another batch if need be.
 * @param signal when it aborts, mails under way are finished and the rest is given back.
 * @returns how many reminders were dealt with; 0 when nothing is due.
 */
export async function sendDueReminders(parts: SendingParts, signal: AbortSignal): Promise<number> {
  const due = createDueReminders(parts, signal);
  let busy = 0;
  const sendOneByOne = async () => {
    for (let one = await due.next(() => busy > 0); one; one = await due.next(() => busy > 0)) {
      busy += 1;
      await deal(parts, one, signal).finally(() => {
        busy -= 1;
      });
    }
  };
  // Where one fails, because the database is away, the mails of the others are finished first.
  const ends = await Promise.allSettled(Array.from({ length: lanes }, sendOneByOne));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return due.count();
}

/** Hands out what is due to whoever has time, and claims more when there is none left. */
function createDueReminders(parts: SendingParts, signal: AbortSignal) {
  const { sending, clock, askCurrent } = parts;
  const waiting: Due[] = [];
  let batches = 0;
  let count = 0;
  let claiming: Promise<boolean> | undefined;
  let moreIsLikely = false;
  let latest: Delivery | undefined;
  const atServer = createTurns(maximumSends);

  /** False: there is nothing, for the moment. */
  async function claim(): Promise<boolean> {
    const batch = await sending.claim({ nowMs: clock.nowMs(), batchSize, maximumAttempts });
    const found = batch.reminders.length + batch.settled;
    moreIsLikely = found === batchSize;
    if (found === 0) return false;
    batches += 1;
    count += found;
    const ids = batch.reminders.flatMap((mail) => ('bookingId' in mail ? mail.bookingId : []));
    const askedAtMs = performance.now();
    const current = { of: ids.length > 0 ? await askCurrent(ids) : () => 'no_answer' as const, askedAtMs };
    const delivery = createDelivery(parts, { holder: batch.holder, atServer, signal });
    const pace = createSendPace(batch.slots);
    latest = delivery;
    const begun = await Promise.all(
      batch.reminders.map((reminder) => tryTo(parts, reminder, delivery.begin(reminder, current))),
    );
    waiting.push(...begun.flatMap((one) => (one ? { begun: one, delivery, pace } : [])));
    return true;
  }

  /** A server that is away is not asked for more, and whoever stops starts nothing. */
  const mayClaim = () => batches < maximumBatches && !signal.aborted && !latest?.serverIsAway();

  /** One claim at a time: those who wait for it share what it brings. */
  function claimMore(): Promise<boolean> {
    claiming ??= claim().finally(() => {
      claiming = undefined;
    });
    return claiming;
  }

  return {
    /** @param othersAreBusy while they are, it is worth waiting for what falls due; else this run is over. */
    next: async (othersAreBusy: () => boolean): Promise<Due | undefined> => {
      while (waiting.length === 0 && mayClaim()) {
        if (await claimMore()) continue;
        if (!othersAreBusy()) return undefined;
        await wait(lookAgainMs, signal);
      }
      const one = waiting.shift();
      // If this fails, so will the claim that somebody waits for, and then it is told.
      if (moreIsLikely && waiting.length < claimBelow && mayClaim()) void claimMore().catch(() => {});
      return one;
    },
    count: () => count,
  };
}

async function deal(parts: SendingParts, { begun, delivery, pace }: Due, signal: AbortSignal): Promise<void> {
  if (!delivery.serverIsAway()) await pace.turn(signal);
  const { reminder } = begun;
  const isUntimely = signal.aborted || delivery.serverIsAway();
  await tryTo(parts, reminder, isUntimely ? delivery.putBack(reminder) : delivery.deliver(begun));
}

/** What fails is the database, most likely. The lease ends by itself, and then another worker goes on where this one was. */
async function tryTo<Result>({ log }: SendingParts, { id }: Mail, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    log.error({ error, reminderId: id }, 'a reminder could not be dealt with; its lease will end');
    return undefined;
  }
}
