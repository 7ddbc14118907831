import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { literal, QueryTypes, type Transaction } from 'sequelize';
import { isAccountMailKind, type Mail } from '../../domain/reminder.ts';
import { defineModels } from '../models.ts';
import { readMail } from '../reminders.ts';
import type { SendLimiter, Slots } from '../send-limits.ts';
import { claimMs, leaseMs, noLease } from './leases.ts';

/** Reminders that one worker has claimed, and nobody else touches while its lease runs. */
export type ClaimedBatch = {
  readonly holder: string;
  readonly reminders: readonly Mail[];
  /** How many more were looked at and need no mail: it was too late for them, or they were tried too often. */
  readonly settled: number;
  /** When they may be sent; undefined where there is no limit. */
  readonly slots?: Slots | undefined;
};

export type ClaimLimits = {
  /** Business time. */
  readonly nowMs: number;
  readonly batchSize: number;
  readonly maximumAttempts: number;
};

export function createClaims(database: Database, limiter: SendLimiter) {
  const { sequelize, dialect } = database;
  const { Reminder } = defineModels(sequelize);
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
    if (batchSize === 0) return nothing;
    const abandoned = await findIds('abandoned', nowMs, batchSize, tx);
    const due = await findIds('due', nowMs, batchSize - abandoned.length, tx);
    const rows = await Reminder.findAll({
      where: { id: [...abandoned, ...due] },
      order: ['dueAtMs', 'id'],
      transaction: tx,
      raw: true,
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
    await update(late, { ...noLease, status: 'skipped', reason: 'window_missed' });
    await update(worn, { ...noLease, status: 'failed', reason: 'too_many_attempts' });
    const { account = [], booking = [] } = Object.groupBy(good, ({ kind }) =>
      isAccountMailKind(kind) ? 'account' : 'booking',
    );
    const forMs = (ms: number) => literal(`${dialect.nowMs} + ${ms}`);
    await update(booking, { status: 'sending', leaseHolder: holder, leaseUntilMs: forMs(claimMs) });
    await update(account, { status: 'sending', leaseHolder: holder, leaseUntilMs: forMs(leaseMs) });
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
      if (due.length + abandoned.length === 0) return nothing;
      return database.write((tx) => claimLocked(asked, tx));
    },
  };
}

const nothing: ClaimedBatch = { holder: '', reminders: [], settled: 0 };
