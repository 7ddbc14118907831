import { backoffMs, wait } from '@jetbridge/service-kit/time/wait.ts';
import { MailError, type OutgoingMail } from '../clients/mailer.ts';
import type { Outcome } from '../db/sending/settlements.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { type CurrentAnswer, decideSending } from '../domain/decide-sending.ts';
import { type AccountMail, type Mail, type Reminder, reasonOfSent } from '../domain/reminder.ts';
import { bringsTicket } from '../mail/compose-mail.ts';
import type { SendingParts } from './send-due-reminders.ts';
import type { Turns } from './turns.ts';

/** With the backoff below, four and a half hours: a little more than a late reminder may take. */
export const maximumAttempts = 60;
const backoffRange = { min: 1_000, max: 5 * 60_000 } as const;

/** How long reminders that were not tried rest when the mail server turned out to be away. */
const restMs = 5_000;

/** Connections that break one after the other, with no mail going out between them, mean that the server is away. */
const maximumBreaks = 5;

/** Tries to write down that a mail went out, over half a minute. Giving up means that it goes out twice. */
const maximumMarks = 12;

/**
 * Whether a booking still stands was asked no longer ago than this when its mail goes; otherwise it is asked, and begun,
 * once more. With the longest time that a mail may take at the server it is far below the lease.
 */
const longestDoubtMs = 5_000;

/** A mail that can go out, or what becomes of one that can't. */
type Prepared = OutgoingMail | { readonly outcome: Outcome };

/** A claimed mail that is to be sent now. Mails about accounts are begun only when it is their turn. */
export type Begun = BegunReminder | { readonly reminder: AccountMail };

type BegunReminder = { readonly reminder: Reminder; readonly booking: BookingCopy; readonly askedAtMs: number };

/** What booking-service says of some bookings. */
export type CurrentAnswers = {
  readonly of: (bookingId: string) => CurrentAnswer;
  /** When it was asked, by the clock of this process. */
  readonly askedAtMs: number;
};

/** How the reminders of one claimed batch are sent. */
export type Delivery = ReturnType<typeof createDelivery>;

/**
 * Sends the reminders of one claimed batch, one at a time for each that calls.
 * @param batch.atServer lets in as many as may be at the mail server at once.
 * @param batch.signal when it aborts, no mail is sent any more: those that wait are given back.
 */
export function createDelivery(
  parts: SendingParts,
  batch: {
    readonly holder: string;
    readonly atServer: Turns;
    readonly signal: AbortSignal;
  },
) {
  const { sending, askCurrent, compose, askTicket, askSecret, composeAccountMail, mailer, offsets, clock, log } = parts;
  const { holder, atServer, signal } = batch;
  let serverIsAway = false;
  let breaks = 0;

  /** Begins an attempt; nothing when there is nothing to send, which is written down already. */
  async function begin(reminder: Reminder, current: CurrentAnswers): Promise<BegunReminder | undefined> {
    const nowMs = clock.nowMs();
    const answer = current.of(reminder.bookingId);
    const booking = await sending.beginAttempt({
      id: reminder.id,
      holder,
      decide: (booking, facts) => decideSending({ reminder, booking, current: answer, offsets, ...facts }, nowMs),
      nowMs,
    });
    return booking && { reminder, booking, askedAtMs: current.askedAtMs };
  }

  async function deliver(begun: Begun): Promise<void> {
    const { reminder } = begun;
    // Whatever can be is made before it is at the mail server's turn.
    const early = 'booking' in begun ? await prepareReminder(begun) : undefined;
    const result = await atServer.take(async () => {
      if (serverIsAway || signal.aborted) return 'not_tried';
      const ready = early && isFresh(begun) ? early : await prepareAnew(reminder);
      if (!ready) return 'nothing_to_send';
      if ('outcome' in ready) return { outcome: ready.outcome, to: undefined };
      return { outcome: await send(reminder, ready), to: ready.to };
    });
    if (result === 'not_tried') await putBack(reminder);
    else if (result !== 'nothing_to_send') await mark(reminder, result.outcome, result.to);
  }

  async function prepareAnew(reminder: Mail): Promise<Prepared | undefined> {
    if (!('bookingId' in reminder)) return prepareAccountMail(reminder);
    const askedAtMs = performance.now();
    const begun = await begin(reminder, { of: await askCurrent([reminder.bookingId]), askedAtMs });
    return begun && prepareReminder(begun);
  }

  async function prepareReminder({ reminder, booking }: BegunReminder): Promise<Prepared> {
    const ticket = bringsTicket(reminder.kind) ? await askTicket(booking.id) : undefined;
    return composeOrExplain(reminder, () => compose(reminder, booking, clock.nowMs(), ticket));
  }

  /** The secret is had only now, kept nowhere, and made anew should the mail have to go again. */
  async function prepareAccountMail(mail: AccountMail): Promise<Prepared | undefined> {
    if (!(await sending.beginAccountAttempt(mail.id, holder))) return undefined;
    const secret = await askSecret(mail);
    if (secret === 'withdrawn') {
      return { outcome: { status: 'cancelled', reason: 'request_withdrawn', lastError: null } };
    }
    if (secret === 'no_answer') {
      return { outcome: laterOrNever(mail.attempts + 1, 'The secret of the mail could not be had.') };
    }
    return composeOrExplain(mail, () => composeAccountMail(mail, secret, clock.nowMs()));
  }

  function composeOrExplain(mail: Mail, composeIt: () => OutgoingMail): Prepared {
    try {
      return composeIt();
    } catch (error) {
      log.error({ error, reminderId: mail.id, kind: mail.kind }, 'a mail could not be composed');
      const lastError = 'The mail could not be composed.';
      return { outcome: { status: 'failed', reason: 'mail_not_composed', lastError } };
    }
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
      return outcomeOf(error, attempts);
    }
  }

  function outcomeOf(error: MailError, attempts: number): Outcome {
    const lastError = error.message;
    switch (error.outcome) {
      case 'address_invalid':
        return { status: 'failed', reason: 'address_invalid', lastError };
      case 'address_refused':
        return { status: 'failed', reason: 'address_refused', lastError };
      case 'refused':
        return { status: 'failed', reason: 'mail_refused', lastError };
      case 'put_off':
      case 'connection_lost':
      case 'server_away':
        return laterOrNever(attempts, lastError);
    }
  }

  function laterOrNever(attempts: number, lastError: string): Outcome {
    if (attempts >= maximumAttempts) return { status: 'failed', reason: 'too_many_attempts', lastError };
    const attemptAtMs = clock.nowMs() + Math.round(backoffMs(attempts, backoffRange));
    return { status: 'scheduled', reason: 'put_off', attemptAtMs, lastError };
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

  /** Gives a reminder back untried; while the mail server is away it rests a little. */
  async function putBack({ id, attempts }: Mail): Promise<void> {
    const attemptAtMs = clock.nowMs() + (serverIsAway ? Math.round(backoffMs(1, { min: restMs, max: restMs })) : 0);
    await sending.settle({ id, holder, outcome: { status: 'scheduled', attemptAtMs, attempts } });
  }

  return {
    begin: async (mail: Mail, current: CurrentAnswers): Promise<Begun | undefined> =>
      'bookingId' in mail ? begin(mail, current) : { reminder: mail },
    deliver,
    putBack,
    /** Whether an attempt of this batch found that no mail goes out for the moment. */
    serverIsAway: () => serverIsAway,
  };
}

const isFresh = (begun: Begun) => 'booking' in begun && performance.now() - begun.askedAtMs <= longestDoubtMs;
