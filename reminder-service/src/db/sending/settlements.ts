import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { literal, type Transaction } from 'sequelize';
import type { Reminder, ReminderReason } from '../../domain/reminder.ts';
import { defineModels } from '../models.ts';
import { createSendBlocks } from '../send-blocks.ts';
import type { CountedMail, SendLimiter } from '../send-limits.ts';
import { noLease } from './leases.ts';
import { together } from './together.ts';

/** What became of a claimed reminder. Instants are Unix milliseconds of business time. */
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
      /** How often it was tried, where that differs from what its last attempt wrote. */
      readonly attempts?: number;
    };

export type Settlement = {
  readonly id: string;
  readonly holder: string;
  readonly outcome: Outcome;
  /** Where the mail went, where that was not known before. */
  readonly recipient?: string | undefined;
  /** A mail that does not count any more for its address, because it was not sent. */
  readonly uncounted?: CountedMail | undefined;
};

/**
 * How long what became of a mail waits for that of others, to be written down with it. A worker that dies meanwhile leaves
 * a mail that goes out twice: so it is no longer than the transaction itself takes.
 */
const gatherMs = 10;

export function createSettlements(database: Database, limiter: SendLimiter) {
  const { sequelize, dialect } = database;
  const { Reminder } = defineModels(sequelize);
  const blocks = createSendBlocks(database);

  async function settleAll(settlements: readonly Settlement[], tx: Transaction): Promise<boolean[]> {
    const rows = await Reminder.findAll({
      attributes: ['id', 'leaseHolder'],
      where: { id: settlements.map(({ id }) => id), status: 'sending' },
      order: ['id'],
      transaction: tx,
      lock: tx.LOCK.UPDATE,
      raw: true,
    });
    const holders = new Map(rows.map(({ id, leaseHolder }) => [id, leaseHolder]));
    const isHeld = ({ id, holder }: Settlement) => holders.get(id) === holder;
    const { alike = [], single = [] } = Object.groupBy(settlements.filter(isHeld), (one) =>
      one.outcome.status === 'sent' && one.recipient === undefined ? 'alike' : 'single',
    );
    // Nearly all are of the first kind, and differ in the instant alone.
    for (const [reason, sent] of Map.groupBy(alike, ({ outcome }) => outcome.reason ?? null)) {
      const sentAtMs = literal(`CASE id ${sent.map(whenSent).join(' ')} END`);
      const values = { status: 'sent', reason, sentAtMs, lastError: null, ...noLease } as const;
      await Reminder.update(values, { where: { id: sent.map(({ id }) => id) }, transaction: tx });
    }
    for (const { id, outcome, recipient, uncounted } of single) {
      const values = { ...outcome, ...noLease, ...(recipient === undefined ? {} : { recipient }) };
      await Reminder.update(values, { where: { id }, transaction: tx });
      if (uncounted) await limiter.uncount(uncounted, tx);
    }
    return settlements.map(isHeld);
  }

  const whenSent = ({ id, outcome }: Settlement) =>
    `WHEN ${dialect.writeText(id)} THEN ${outcome.status === 'sent' ? outcome.sentAtMs : 'NULL'}`;

  return {
    /**
     * Writes down what became of a mail. False: the lease was lost meanwhile, and nothing was written. Those that end at the
     * same time share a transaction.
     */
    settle: together((settlements: readonly Settlement[]) => database.write((tx) => settleAll(settlements, tx)), {
      gatherMs,
      spoilsAll: dialect.isUnavailable,
    }),

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
        const { id, bookingId } = reminder;
        const { address, lastError, nowMs } = refusal;
        const outcome = { status: 'failed', reason: 'address_refused', lastError } as const;
        const [wasHeld] = await settleAll([{ id, holder, outcome }], tx);
        if (!wasHeld) return false;
        await blocks.refuseAddress(bookingId, address, nowMs, tx);
        await Reminder.update(
          { status: 'skipped', reason: 'address_refused' },
          { where: { bookingId, recipient: address, status: 'scheduled' }, transaction: tx },
        );
        return true;
      }),
  };
}
