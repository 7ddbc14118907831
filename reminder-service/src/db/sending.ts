import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { literal, QueryTypes, type Transaction } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { Standing } from '../domain/reconcile-reminders.ts';
import type { Mail, Reminder, ReminderReason } from '../domain/reminder.ts';
import type { SendBlocks } from '../domain/send-blocks.ts';
import { createBookings } from './bookings.ts';
import { defineModels } from './models.ts';
import { readMail, readReminder } from './reminders.ts';
import { createSendBlocks } from './send-blocks.ts';
import { createSendLimiter, type SendLimits, type Slots } from './send-limits.ts';

/** A worker that dies keeps a mail it had begun with from the others for no longer than this, by the database's clock. */
const leaseMs = 30_000;

/** And for no longer than this what it had only claimed: whoever loses that claim finds out before sending anything. */
const claimMs = 8_000;

/** Reminders that one worker has claimed, and nobody else touches while its lease runs. */
export type ClaimedBatch = {
  readonly holder: string;
  readonly reminders: readonly Mail[];
  /** How many more were looked at and need no mail: it was too late for them, or they were tried too often. */
  readonly settled: number;
  /** When they may be sent; undefined where there is no limit. */
  readonly slots?: Slots | undefined;
};

/** What became of a claimed reminder. */
export type Outcome =
  | {
      readonly status: 'sent';
      readonly reason: ReminderReason | null;
      readonly sentAtMs: number;
      readonly lastError: null;
    }
  | { readonly status: 'failed'; readonly reason: ReminderReason; readonly lastError: string }
  | { readonly status: 'cancelled'; readonly reason: ReminderReason; readonly lastError: null }
  | {
      readonly status: 'scheduled';
      readonly attemptAtMs: number;
      readonly reason?: ReminderReason;
      readonly lastError?: string;
    };

/** The rows of reminders on their way out: claimed by a lease, tried, settled. */
export type Sending = ReturnType<typeof createSending>;

/** @param limits without any, as many go out as are due. */
export function createSending(database: Database, limits: SendLimits = noLimits) {
  const { sequelize, dialect } = database;
  const { Reminder } = defineModels(sequelize);
  const bookings = createBookings(database);
  const blocks = createSendBlocks(database);
  const limiter = createSendLimiter(database, limits);
  const inMs = (ms: number) => literal(`${dialect.nowMs} + ${ms}`);
  const conditionOf = {
    due: "status = 'scheduled' AND attempt_at_ms <= ?",
    abandoned: `status = 'sending' AND lease_until_ms < ${dialect.nowMs}`,
  } as const;

  /** Ids of at most `limit` rows, first the ones longest due; locked where a transaction is given. */
  async function findIds(what: keyof typeof conditionOf, nowMs: number, limit: number, tx?: Transaction) {
    const order = what === 'due' ? 'attempt_at_ms' : 'lease_until_ms';
    const lock = tx ? dialect.forUpdateSkipLocked : '';
    const rows = await sequelize.query<{ id: string }>(
      `SELECT id FROM reminders WHERE ${conditionOf[what]} ORDER BY ${order} LIMIT ${limit} ${lock}`,
      { replacements: what === 'due' ? [nowMs] : [], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return rows.map(({ id }) => id);
  }

  async function claimLocked(asked: ClaimLimits, tx: Transaction): Promise<ClaimedBatch> {
    const { nowMs, maximumAttempts } = asked;
    const slots = await limiter.lockSlots(asked.batchSize, tx);
    const batchSize = slots?.count ?? asked.batchSize;
    if (batchSize === 0) return { holder: '', reminders: [], settled: 0 };
    const abandoned = await findIds('abandoned', nowMs, batchSize, tx);
    const due = await findIds('due', nowMs, batchSize - abandoned.length, tx);
    const rows = await Reminder.findAll({
      where: { id: [...abandoned, ...due] },
      order: ['dueAtMs', 'id'],
      transaction: tx,
    });
    const {
      late = [],
      worn = [],
      good = [],
    } = Object.groupBy(rows, (row) => {
      if (Number(row.sendUntilMs) <= nowMs) return 'late';
      return Number(row.attempts) >= maximumAttempts ? 'worn' : 'good';
    });
    const holder = newId('lease');
    const update = async (chosen: typeof rows, values: Parameters<typeof Reminder.update>[0]) => {
      if (chosen.length === 0) return;
      await Reminder.update(values, { where: { id: chosen.map(({ id }) => id) }, transaction: tx });
    };
    await update(late, { ...free, status: 'skipped', reason: 'window_missed' });
    await update(worn, { ...free, status: 'failed', reason: 'too_many_attempts' });
    await update(good, { status: 'sending', leaseHolder: holder, leaseUntilMs: inMs(claimMs) });
    await limiter.takeSlots(slots, good.length, tx);
    return { holder, reminders: good.map(readMail), settled: late.length + worn.length, slots };
  }

  return {
    /** Claims what is due, or was claimed by a worker that is gone. Costs two look-ups when there is nothing. */
    claim: async (asked: ClaimLimits): Promise<ClaimedBatch> => {
      const [due, abandoned] = await Promise.all([
        findIds('due', asked.nowMs, 1),
        findIds('abandoned', asked.nowMs, 1),
      ]);
      if (due.length + abandoned.length === 0) return { holder: '', reminders: [], settled: 0 };
      return database.write((tx) => claimLocked(asked, tx));
    },

    /**
     * Begins an attempt, if the claim still holds: `decide` sees the booking as it is kept now, what was sent for it and
     * what holds its mails back, and either lets the mail go, with a fresh lease, or says what becomes of the reminder
     * instead. Where its address has got too many mails it waits.
     * @param nowMs business time.
     * @returns the booking to send for, or nothing when there is nothing to send.
     */
    beginAttempt: (
      id: string,
      holder: string,
      decide: (booking: BookingCopy, sent: readonly Reminder[], blocks: SendBlocks) => 'send' | Standing,
      nowMs: number,
    ): Promise<BookingCopy | undefined> =>
      database.write(async (tx) => {
        const where = { id, leaseHolder: holder, status: 'sending' } as const;
        const row = await Reminder.findOne({ where, transaction: tx, lock: tx.LOCK.UPDATE });
        if (!row) return undefined;
        const booking = await bookings.find(row.bookingId, tx);
        const sent = await Reminder.findAll({ where: { bookingId: row.bookingId, status: 'sent' }, transaction: tx });
        const settleAs = async (standing: Standing): Promise<undefined> => {
          await Reminder.update({ ...standing, ...free }, { where, transaction: tx });
        };
        if (!booking) return settleAs(unknownBooking);
        const decision = decide(booking, sent.map(readReminder), await blocks.find(booking, tx));
        if (decision !== 'send') return settleAs(decision);
        const attempts = Number(row.attempts);
        // Another try of the same mail is none more for whoever gets it.
        const waitMs = attempts === 0 ? await limiter.countRecipient(booking.email, tx) : undefined;
        const changes =
          waitMs === undefined
            ? { attempts: attempts + 1, leaseUntilMs: inMs(leaseMs), recipient: booking.email }
            : {
                status: 'scheduled' as const,
                reason: 'recipient_limit' as const,
                attemptAtMs: nowMs + waitMs,
                ...free,
              };
        await Reminder.update(changes, { where, transaction: tx });
        return waitMs === undefined ? booking : undefined;
      }),

    /** Begins an attempt at a mail that is about no booking, with a fresh lease, if the claim still holds. */
    beginAccountAttempt: (id: string, holder: string): Promise<boolean> =>
      database.write(async (tx) => {
        const where = { id, leaseHolder: holder, status: 'sending' } as const;
        const changes = { attempts: literal('attempts + 1'), leaseUntilMs: inMs(leaseMs) };
        const [begun] = await Reminder.update(changes, { where, transaction: tx });
        return begun > 0;
      }),

    /**
     * Writes down what became of a mail, and where it went where that was not known before. False: the lease was lost
     * meanwhile, and nothing was written.
     */
    settle: (id: string, holder: string, outcome: Outcome, recipient?: string): Promise<boolean> =>
      database.write((tx) =>
        settleLocked(id, holder, { ...outcome, ...(recipient === undefined ? {} : { recipient }) }, tx),
      ),

    /**
     * Writes down that the address of a reminder was refused for good, and skips at once whatever else waits to be sent
     * there for the same booking. False as above.
     */
    settleRefused: (
      reminder: Pick<Reminder, 'id' | 'bookingId'>,
      holder: string,
      refusal: { readonly address: string; readonly lastError: string; readonly nowMs: number },
    ): Promise<boolean> =>
      database.write(async (tx) => {
        const { bookingId } = reminder;
        const { address, lastError, nowMs } = refusal;
        const outcome = { status: 'failed', reason: 'address_refused', lastError } as const;
        if (!(await settleLocked(reminder.id, holder, outcome, tx))) return false;
        await blocks.refuseAddress(bookingId, address, nowMs, tx);
        await Reminder.update(
          { status: 'skipped', reason: 'address_refused' },
          { where: { bookingId, recipient: address, status: 'scheduled' }, transaction: tx },
        );
        return true;
      }),
  };

  async function settleLocked(
    id: string,
    holder: string,
    changes: Parameters<typeof Reminder.update>[0],
    tx: Transaction,
  ): Promise<boolean> {
    const where = { id, leaseHolder: holder, status: 'sending' } as const;
    const [settled] = await Reminder.update({ ...changes, ...free }, { where, transaction: tx });
    return settled > 0;
  }
}

const free = { leaseHolder: null, leaseUntilMs: null } as const;

const noLimits: SendLimits = { perSecond: 0, perRecipientPerHour: 0 };

const unknownBooking = { status: 'cancelled', reason: 'booking_unknown' } as const;

type ClaimLimits = {
  /** Business time. */
  readonly nowMs: number;
  readonly batchSize: number;
  readonly maximumAttempts: number;
};
