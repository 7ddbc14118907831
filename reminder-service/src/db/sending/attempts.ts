import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { literal, Op, type Transaction } from 'sequelize';
import type { BookingCopy } from '../../domain/booking.ts';
import type { SendingDecision } from '../../domain/decide-sending.ts';
import type { Reminder } from '../../domain/reminder.ts';
import { noBlocks, type SendBlocks } from '../../domain/send-blocks.ts';
import { createBookings } from '../bookings.ts';
import { defineModels, type ReminderRow } from '../models.ts';
import { readReminder } from '../reminders.ts';
import { createSendBlocks } from '../send-blocks.ts';
import type { CountedMail, SendLimiter } from '../send-limits.ts';
import { leaseMs, noLease } from './leases.ts';
import { together } from './together.ts';

/** An attempt that is to begin. */
export type AttemptQuestion = {
  /** Of a reminder that was claimed. */
  readonly id: string;
  readonly bookingId: string;
  readonly holder: string;
  /** It was begun by this worker already, and is only looked at once more: it is no further attempt. */
  readonly isAgain: boolean;
  readonly decide: (booking: BookingCopy, facts: AttemptFacts) => SendingDecision;
  /** Business time. */
  readonly nowMs: number;
};

/** A mail that may go now. */
export type BegunAttempt = {
  readonly booking: BookingCopy;
  /** Where mails to one address are counted, and this is its first attempt. */
  readonly counted: CountedMail | undefined;
};

/** What is kept about the other mails of a booking. */
export type AttemptFacts = {
  readonly sent: readonly Reminder[];
  /** Those whose attempt has begun. What a process that died had begun stays here until somebody else goes on with it. */
  readonly beingSent: readonly Reminder[];
  readonly blocks: SendBlocks;
};

/** A mail that waits for another one to be gone looks again after this time. */
const waitMs = 2_000;

export function createAttempts(database: Database, limiter: SendLimiter) {
  const { sequelize, dialect } = database;
  const { Reminder } = defineModels(sequelize);
  const bookings = createBookings(database);
  const blocks = createSendBlocks(database);
  const freshLease = { leaseUntilMs: literal(`${dialect.nowMs} + ${leaseMs}`) };
  const begun = { ...freshLease, attempts: literal('attempts + 1') };

  async function beginAll(
    questions: readonly AttemptQuestion[],
    tx: Transaction,
  ): Promise<(BegunAttempt | undefined)[]> {
    const known = await readAll(questions, tx);
    const answers = new Map<AttemptQuestion, BegunAttempt>();
    // Counts of addresses are locked in their order, so that no two workers wait for each other.
    for (const question of questions.toSorted(byAddress(known))) {
      const answer = await decideOne(question, known, tx);
      if (answer) answers.set(question, answer);
    }
    const { again = [], first = [] } = Object.groupBy(answers.keys(), ({ isAgain }) => (isAgain ? 'again' : 'first'));
    await update(first, begun, tx);
    await update(again, freshLease, tx);
    return questions.map((question) => answers.get(question));
  }

  /** What is needed for a number of attempts. Locks bookings first, as everywhere, then the reminders, by their ids. */
  async function readAll(questions: readonly AttemptQuestion[], tx: Transaction) {
    const bookingIds = [...new Set(questions.map(({ bookingId }) => bookingId))];
    const copies = await bookings.lockAll(bookingIds, tx);
    const rows = await Reminder.findAll({
      where: { id: questions.map(({ id }) => id), status: 'sending' },
      order: ['id'],
      transaction: tx,
      lock: tx.LOCK.UPDATE,
      raw: true,
    });
    const onTheirWay = { status: 'sending', attempts: { [Op.gt]: 0 } };
    // Whoever begins another mail of these bookings waits for their locks, and then sees what is begun here.
    const others = await Reminder.findAll({
      where: { bookingId: bookingIds, [Op.or]: [{ status: 'sent' }, onTheirWay] },
      transaction: tx,
      raw: true,
    });
    return {
      rows: new Map(rows.map((row) => [row.id, row])),
      bookings: copies,
      others: Map.groupBy(others.map(readReminder), ({ bookingId }) => bookingId),
      blocks: await blocks.findAll([...copies.values()], tx),
    };
  }

  /** Nothing when there is nothing to send: another worker has it, or what becomes of it instead is written down. */
  async function decideOne(
    question: AttemptQuestion,
    known: Known,
    tx: Transaction,
  ): Promise<BegunAttempt | undefined> {
    const { decide, nowMs, isAgain } = question;
    const row = known.rows.get(question.id);
    if (row?.leaseHolder !== question.holder) return undefined;
    const settleAs = (values: Parameters<typeof Reminder.update>[0]) => update([row], { ...values, ...noLease }, tx);
    const booking = known.bookings.get(row.bookingId);
    if (!booking) return settleAs({ status: 'cancelled', reason: 'booking_unknown' });
    const others = (known.others.get(booking.id) ?? []).filter(({ id }) => id !== row.id);
    const { sent = [], sending = [] } = Object.groupBy(others, ({ status }) => status);
    const decision = decide(booking, { sent, beingSent: sending, blocks: known.blocks.get(booking.id) ?? noBlocks });
    if (decision === 'wait') return settleAs({ status: 'scheduled', attemptAtMs: nowMs + waitMs });
    if (decision !== 'send') return settleAs(decision);
    // Another try of the same mail is none more for whoever gets it.
    const isFirst = !isAgain && Number(row.attempts) === 0;
    const counted = isFirst ? await limiter.countRecipient(booking.email, tx) : undefined;
    if (counted && 'waitMs' in counted) {
      return settleAs({ status: 'scheduled', reason: 'recipient_limit', attemptAtMs: nowMs + counted.waitMs });
    }
    if (row.recipient !== booking.email) await update([row], { recipient: booking.email }, tx);
    return { booking, counted };
  }

  async function update(
    reminders: readonly { readonly id: string }[],
    values: Parameters<typeof Reminder.update>[0],
    tx: Transaction,
  ): Promise<undefined> {
    if (reminders.length === 0) return;
    await Reminder.update(values, { where: { id: reminders.map(({ id }) => id) }, transaction: tx });
  }

  return {
    /**
     * Begins an attempt, if the claim still holds: either lets the mail go, with a fresh lease, or writes down what becomes
     * of the reminder instead. Where its address has got too many mails it waits. Those that begin at the same time share
     * a transaction.
     * @returns nothing when there is nothing to send.
     */
    beginAttempt: together((questions: readonly AttemptQuestion[]) => database.write((tx) => beginAll(questions, tx)), {
      gatherMs: 0,
      spoilsAll: dialect.isUnavailable,
    }),

    /** Begins an attempt at a mail that is about no booking, with a fresh lease, if the claim still holds. */
    beginAccountAttempt: (id: string, holder: string): Promise<boolean> =>
      database.write(async (tx) => {
        const where = { id, leaseHolder: holder, status: 'sending' } as const;
        const [changed] = await Reminder.update(begun, { where, transaction: tx });
        return changed > 0;
      }),
  };
}

/** What was read for a number of attempts. */
type Known = {
  readonly rows: ReadonlyMap<string, ReminderRow>;
  readonly bookings: ReadonlyMap<string, BookingCopy>;
  readonly others: ReadonlyMap<string, readonly Reminder[]>;
  readonly blocks: ReadonlyMap<string, SendBlocks>;
};

const byAddress =
  ({ bookings }: Known) =>
  (one: AttemptQuestion, other: AttemptQuestion): number => {
    const [first = '', second = ''] = [one, other].map(({ bookingId }) => bookings.get(bookingId)?.email);
    return first < second ? -1 : Number(first > second);
  };
