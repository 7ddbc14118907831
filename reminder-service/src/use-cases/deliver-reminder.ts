import { backoffMs, wait } from '@jetbridge/service-kit/time/wait.ts';
import type { Turns } from '@jetbridge/service-kit/turns.ts';
import { MailError, type OutgoingMail } from '../clients/mailer.ts';
import type { CountedMail } from '../db/send-limits.ts';
import type { Outcome } from '../db/sending/settlements.ts';
import { type AccountMail, type Mail, reasonOfSent } from '../domain/reminder.ts';
import {
  type BegunReminder,
  type CurrentAnswers,
  createPreparation,
  type Prepared,
  type ReadyReminder,
} from './prepare-mail.ts';
import { outcomeOf } from './retry-rules.ts';
import type { SendingParts } from './send-due-reminders.ts';
import type { SendPace } from './send-pace.ts';

/** How long reminders that were not tried rest when the mail server turned out to be away. */
const restMs = 5_000;

/** Connections that break one after the other, with no mail going out between them, mean that the server is away. */
const maximumBreaks = 5;

/** Tries to write down that a mail went out, over half a minute. Giving up means that it goes out twice. */
const maximumMarks = 12;

/** A claimed mail that is to be sent now. Mails about accounts are begun only when it is their turn. */
export type Begun = BegunReminder | { readonly reminder: AccountMail };

/** How the reminders of one claimed batch are sent. */
export type Delivery = ReturnType<typeof createDelivery>;

/** What becomes of a mail at its turn. */
type AtTurn = { readonly outcome: Outcome; readonly to?: string } | 'not_tried' | 'nothing_to_send';

/**
 * Sends the reminders of one claimed batch, one at a time for each that calls.
 * @param batch.atServer lets in as many as may be at the mail server at once.
 * @param batch.pace lets them go one after the other, where there is a limit.
 * @param batch.signal when it aborts, no mail is sent any more: those that wait are given back.
 */
export function createDelivery(
  parts: SendingParts,
  batch: {
    readonly holder: string;
    readonly pace: SendPace;
    readonly atServer: Turns;
    readonly signal: AbortSignal;
  },
) {
  const { sending, mailer, clock, log } = parts;
  const { holder, pace, atServer, signal } = batch;
  const preparation = createPreparation(parts, holder);
  let serverIsAway = false;
  let breaks = 0;

  const isUntimely = () => serverIsAway || signal.aborted;

  /** Sends a mail, or gives it back. Returns when it has left; the promise it returns, when that is written down. */
  async function deliver(begun: Begun): Promise<{ readonly written: Promise<void> }> {
    const { reminder } = begun;
    if (isUntimely()) return { written: putBack(begun) };
    const early = 'booking' in begun ? await preparation.prepareEarly(begun) : undefined;
    if ('booking' in begun && !early) return nothingToWrite;
    const result = await atServer.take(async (): Promise<AtTurn> => {
      if (!isUntimely()) await pace.turn(signal);
      if (isUntimely()) return 'not_tried';
      const ready = await prepareForTurn(begun, early);
      return ready ? finish(reminder, ready) : 'nothing_to_send';
    });
    if (result === 'nothing_to_send') return nothingToWrite;
    return { written: result === 'not_tried' ? putBack(begun) : mark(reminder, result.outcome, result.to) };
  }

  async function prepareForTurn(begun: Begun, early: ReadyReminder | undefined): Promise<Prepared | undefined> {
    if (!('booking' in begun)) return preparation.prepareAccountMail(begun.reminder);
    return early && (await preparation.prepareForTurn(early))?.mail;
  }

  async function finish(reminder: Mail, ready: Prepared): Promise<AtTurn> {
    return 'outcome' in ready ? { outcome: ready.outcome } : { outcome: await send(reminder, ready), to: ready.to };
  }

  async function send(reminder: Mail, mail: OutgoingMail): Promise<Outcome> {
    const attempts = reminder.attempts + 1;
    try {
      await mailer.send(mail);
      breaks = 0;
      log.info({ reminderId: reminder.id, kind: reminder.kind, messageId: mail.messageId }, 'a mail was sent');
      const sentAtMs = clock.nowMs();
      return { status: 'sent', reason: reasonOfSent(reminder, sentAtMs), sentAtMs, lastError: null };
    } catch (error) {
      log.warn({ error, reminderId: reminder.id, kind: reminder.kind, attempts }, 'a mail was not sent');
      if (!(error instanceof MailError)) throw error;
      if (error.outcome === 'connection_lost') breaks += 1;
      if (error.outcome === 'server_away' || breaks >= maximumBreaks) serverIsAway = true;
      return outcomeOf(error, attempts, clock.nowMs());
    }
  }

  async function mark(reminder: Mail, outcome: Outcome, to: string | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const stillHeld = await settle(reminder, outcome, to);
        if (!stillHeld) log.warn({ reminderId: reminder.id, outcome }, 'another worker took a reminder over meanwhile');
        return;
      } catch (error) {
        if (attempt === maximumMarks) throw error;
        await wait(backoffMs(attempt, { min: 200, max: 4_000 }));
      }
    }
  }

  function settle(mail: Mail, outcome: Outcome, to: string | undefined): Promise<boolean> {
    const { id } = mail;
    // The address of a mail about an account comes with its secret; the others have theirs.
    if (!('bookingId' in mail)) return sending.settle({ id, holder, outcome, recipient: to });
    const isRefusal = outcome.status === 'failed' && outcome.reason === 'address_refused';
    if (!isRefusal || to === undefined) return sending.settle({ id, holder, outcome });
    return sending.settleRefused(mail, holder, { address: to, lastError: outcome.lastError, nowMs: clock.nowMs() });
  }

  /** Gives a reminder back as if it had never been begun; while the mail server is away it rests a little. */
  async function putBack(begun: Begun): Promise<void> {
    const { id, attempts } = begun.reminder;
    const attemptAtMs = clock.nowMs() + (serverIsAway ? Math.round(backoffMs(1, { min: restMs, max: restMs })) : 0);
    const uncounted: CountedMail | undefined = 'booking' in begun ? begun.counted : undefined;
    await sending.settle({ id, holder, outcome: { status: 'scheduled', attemptAtMs, attempts }, uncounted });
  }

  return {
    /** Begins what was claimed, by what booking-service says; nothing when there is nothing to send. */
    begin: async (mail: Mail, current: CurrentAnswers): Promise<Begun | undefined> =>
      'bookingId' in mail ? preparation.begin(mail, current) : { reminder: mail },
    deliver,
    /** Whether an attempt of this batch found that no mail goes out for the moment. */
    serverIsAway: () => serverIsAway,
  };
}

const nothingToWrite = { written: Promise.resolve() };
