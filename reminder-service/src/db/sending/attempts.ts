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
import type { SendLimiter } from '../send-limits.ts';
import { noLease } from './settlements.ts';
import { together } from './together.ts';

/** A worker that dies keeps a mail it had begun with from the others for no longer than this, by the database's clock. */
const leaseMs = 30_000;

/** An attempt that is to begin. */
export type AttemptQuestion = {
  /** Of a reminder that was claimed. */
  readonly id: string;
  readonly holder: string;
  readonly decide: (booking: BookingCopy, facts: AttemptFacts) => SendingDecision;
  /** Business time. */
  readonly nowMs: number;
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
  const begun = { attempts: literal('attempts + 1'), leaseUntilMs: literal(`${dialect.nowMs} + ${leaseMs}`) };

  async function beginAll(
    questions: readonly AttemptQuestion[],
    tx: Transaction,
  ): Promise<(BookingCopy | undefined)[]> {
    const known = await readAll(questions, tx);
    const letGo: ReminderRow[] = [];
    const answers: (BookingCopy | undefined)[] = [];
    for (const question of questions) {
      const row = known.rows.get(question.id);
      // Another worker has it: the claim took too long.
      const booking =
        row && row.leaseHolder === question.holder ? await decideOne(question, row, known, tx) : undefined;
      if (row && booking) letGo.push(row);
      answers.push(booking);
    }
    await update(
      letGo.map(({ id }) => id),
      begun,
      tx,
    );
    return answers;
  }

  /** What is needed for a number of attempts, the reminders locked in the order of their ids. */
  async function readAll(questions: readonly AttemptQuestion[], tx: Transaction) {
    const ids = questions.map(({ id }) => id);
    const locked = await Reminder.findAll({
      where: { id: ids, status: 'sending' },
      order: ['id'],
      transaction: tx,
      lock: tx.LOCK.UPDATE,
      raw: true,
    });
    const bookingIds = [...new Set(locked.map(({ bookingId }) => bookingId))];
    const copies = await bookings.findAll(bookingIds, tx);
    const onTheirWay = { status: 'sending', attempts: { [Op.gt]: 0 } };
    // Locked, so that of two that would say the same one waits here and then sees the other.
    const others = await Reminder.findAll({
      where: { bookingId: bookingIds, [Op.or]: [{ status: 'sent' }, onTheirWay] },
      transaction: tx,
      lock: tx.LOCK.UPDATE,
      raw: true,
    });
    return {
      rows: new Map(locked.map((row) => [row.id, row])),
      bookings: copies,
      others: Map.groupBy(others.map(readReminder), ({ bookingId }) => bookingId),
      blocks: await blocks.findAll([...copies.values()], tx),
    };
  }

  /** The booking to send for; nothing when what becomes of the reminder instead is written down. */
  async function decideOne(
    { decide, nowMs }: AttemptQuestion,
    row: ReminderRow,
    known: Awaited<ReturnType<typeof readAll>>,
    tx: Transaction,
  ): Promise<BookingCopy | undefined> {
    const settleAs = (values: Parameters<typeof Reminder.update>[0]) => update([row.id], { ...values, ...noLease }, tx);
    const booking = known.bookings.get(row.bookingId);
    if (!booking) return settleAs({ status: 'cancelled', reason: 'booking_unknown' });
    const others = (known.others.get(booking.id) ?? []).filter(({ id }) => id !== row.id);
    const { sent = [], sending = [] } = Object.groupBy(others, ({ status }) => status);
    const decision = decide(booking, { sent, beingSent: sending, blocks: known.blocks.get(booking.id) ?? noBlocks });
    if (decision === 'wait') return settleAs({ status: 'scheduled', attemptAtMs: nowMs + waitMs });
    if (decision !== 'send') return settleAs(decision);
    // Another try of the same mail is none more for whoever gets it.
    const limitedMs = Number(row.attempts) === 0 ? await limiter.countRecipient(booking.email, tx) : undefined;
    if (limitedMs !== undefined) {
      return settleAs({ status: 'scheduled', reason: 'recipient_limit', attemptAtMs: nowMs + limitedMs });
    }
    if (row.recipient !== booking.email) await update([row.id], { recipient: booking.email }, tx);
    return booking;
  }

  async function update(
    ids: readonly string[],
    values: Parameters<typeof Reminder.update>[0],
    tx: Transaction,
  ): Promise<undefined> {
    if (ids.length > 0) await Reminder.update(values, { where: { id: [...ids] }, transaction: tx });
  }

  return {
    /**
     * Begins an attempt, if the claim still holds: either lets the mail go, with a fresh lease, or writes down what becomes
     * of the reminder instead. Where its address has got too many mails it waits. Those that begin at the same time share
     * a transaction.
     * @returns the booking to send for, or nothing when there is nothing to send.
     */
    beginAttempt: together((questions: readonly AttemptQuestion[]) => database.write((tx) => beginAll(questions, tx))),

    /** Begins an attempt at a mail that is about no booking, with a fresh lease, if the claim still holds. */
    beginAccountAttempt: (id: string, holder: string): Promise<boolean> =>
      database.write(async (tx) => {
        const where = { id, leaseHolder: holder, status: 'sending' } as const;
        const [changed] = await Reminder.update(begun, { where, transaction: tx });
        return changed > 0;
      }),
  };
}
