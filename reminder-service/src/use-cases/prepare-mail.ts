import type { OutgoingMail } from '../clients/mailer.ts';
import type { CountedMail } from '../db/send-limits.ts';
import type { Outcome } from '../db/sending/settlements.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { type CurrentAnswer, decideSending } from '../domain/decide-sending.ts';
import type { AccountMail, Mail, Reminder } from '../domain/reminder.ts';
import { bringsTicket } from '../mail/compose-mail.ts';
import { laterOrNever } from './retry-rules.ts';
import type { SendingParts } from './send-due-reminders.ts';

/** A mail that can go out, or what becomes of one that can't. */
export type Prepared = OutgoingMail | { readonly outcome: Outcome };

/** A reminder whose attempt has begun: its lease runs, and it is to be sent. */
export type BegunReminder = {
  readonly reminder: Reminder;
  readonly booking: BookingCopy;
  readonly askedAtMs: number;
  /** Among the mails of an hour to its address, where they are counted and this is its first try. */
  readonly counted: CountedMail | undefined;
};

/** What booking-service says of some bookings. */
export type CurrentAnswers = {
  readonly of: (bookingId: string) => CurrentAnswer;
  /** When it was asked, by the clock of this process. */
  readonly askedAtMs: number;
};

/** A reminder got ready before its turn. */
export type ReadyReminder = {
  readonly begun: BegunReminder;
  readonly ticket: OutgoingMail['ticket'];
  readonly mail: Prepared;
};

/**
 * Whether a booking still stands was asked no longer ago than this when its mail goes; otherwise it is asked, and begun,
 * once more. With the longest time that a mail may take at the server it is far below the lease.
 */
const longestDoubtMs = 5_000;

const isFresh = ({ askedAtMs }: BegunReminder) => performance.now() - askedAtMs <= longestDoubtMs;

/** Gets the mails of one claimed batch ready. @param holder of its claim. */
export function createPreparation(parts: SendingParts, holder: string) {
  const { sending, askCurrent, compose, askTicket, askSecret, composeAccountMail, offsets, clock, log } = parts;

  /** Begins an attempt; nothing when there is nothing to send, which is written down already. */
  async function begin(
    reminder: Reminder,
    { of, askedAtMs }: CurrentAnswers,
    isAgain = false,
  ): Promise<BegunReminder | undefined> {
    const nowMs = clock.nowMs();
    const { id, bookingId } = reminder;
    const current = of(bookingId);
    const begun = await sending.beginAttempt({
      id,
      bookingId,
      holder,
      isAgain,
      decide: (booking, facts) => decideSending({ reminder, booking, current, offsets, ...facts }, nowMs),
      nowMs,
    });
    return begun && { reminder, askedAtMs, ...begun };
  }

  async function beginAgain({ reminder, counted }: BegunReminder): Promise<BegunReminder | undefined> {
    const askedAtMs = performance.now();
    const begun = await begin(reminder, { of: await askCurrent([reminder.bookingId]), askedAtMs }, true);
    return begun && { ...begun, counted };
  }

  async function getReady(
    begun: BegunReminder,
    ticket?: { readonly of: OutgoingMail['ticket'] },
  ): Promise<ReadyReminder> {
    const { reminder, booking } = begun;
    const found = ticket ? ticket.of : await ticketOf(begun);
    return {
      begun,
      ticket: found,
      mail: composeOrExplain(reminder, () => compose(reminder, booking, clock.nowMs(), found)),
    };
  }

  async function ticketOf({ reminder, booking }: BegunReminder): Promise<OutgoingMail['ticket']> {
    return bringsTicket(reminder.kind) ? askTicket(booking.id) : undefined;
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

  return {
    begin,
    /** Gets a reminder ready before its turn; nothing when there is nothing to send any more. */
    prepareEarly: async (begun: BegunReminder): Promise<ReadyReminder | undefined> => {
      const current = isFresh(begun) ? begun : await beginAgain(begun);
      return current && getReady(current);
    },
    /** What is to be sent at its turn: what was got ready, or anew what is true by now. Its ticket is printed once. */
    prepareForTurn: async (ready: ReadyReminder): Promise<ReadyReminder | undefined> => {
      if (isFresh(ready.begun)) return ready;
      const begun = await beginAgain(ready.begun);
      if (!begun) return undefined;
      return getReady(begun, begun.booking.version === ready.begun.booking.version ? { of: ready.ticket } : undefined);
    },
    /** The secret is had only now, kept nowhere, and made anew should the mail have to go again. */
    prepareAccountMail: async (mail: AccountMail): Promise<Prepared | undefined> => {
      if (!(await sending.beginAccountAttempt(mail.id, holder))) return undefined;
      const secret = await askSecret(mail);
      if (secret === 'withdrawn') {
        return { outcome: { status: 'cancelled', reason: 'request_withdrawn', lastError: null } };
      }
      if (secret === 'no_answer') {
        return { outcome: laterOrNever(mail.attempts + 1, 'The secret of the mail could not be had.', clock.nowMs()) };
      }
      return composeOrExplain(mail, () => composeAccountMail(mail, secret, clock.nowMs()));
    },
  };
}
