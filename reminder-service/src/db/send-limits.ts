import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction, UniqueConstraintError } from 'sequelize';

/** How many mails may go out, over all processes; 0 sets no limit. */
export type SendLimits = {
  readonly perSecond: number;
  /** To one address in an hour of the database's clock. */
  readonly perRecipientPerHour: number;
};

/** The moments that one worker may send at, one after the other. */
export type Slots = {
  readonly count: number;
  /** From now to the first of them. */
  readonly startsInMs: number;
  readonly everyMs: number;
};

/** A mail among those of an hour to one address. */
export type CountedMail = { readonly recipient: string; readonly hourStartMs: number };

/**
 * How far ahead moments to send at are given out. Less than the lease on what is to be sent, by far; and a worker that
 * dies takes no more of them with it.
 */
const horizonMs = 5_000;

const hourMs = 3_600_000;

/** Keeps all processes together within the limits, by the database's clock. */
export type SendLimiter = ReturnType<typeof createSendLimiter>;

export function createSendLimiter({ sequelize, dialect }: Database, limits: SendLimits) {
  const { perSecond, perRecipientPerHour } = limits;

  /** How many rows a statement has changed or made. */
  async function change(sql: string, replacements: readonly unknown[], tx: Transaction): Promise<number> {
    const [, changed] = await sequelize.query(sql, {
      replacements: [...replacements],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
    return changed;
  }

  async function countOneMore({ hourStartMs, recipient }: CountedMail, tx: Transaction): Promise<boolean> {
    const sql = 'UPDATE recipient_hours SET mails = mails + 1 WHERE hour_start_ms = ? AND recipient = ? AND mails < ?';
    return (await change(sql, [hourStartMs, recipient, perRecipientPerHour], tx)) > 0;
  }

  async function countFirst(mail: CountedMail, tx: Transaction): Promise<boolean> {
    const { hourStartMs, recipient } = mail;
    const isCounted = 'SELECT 1 FROM recipient_hours WHERE hour_start_ms = ? AND recipient = ?';
    try {
      const made = await change(
        `INSERT INTO recipient_hours (hour_start_ms, recipient, mails)
         SELECT ?, ?, 1 FROM (SELECT 1 AS one) AS single WHERE NOT EXISTS (${isCounted})`,
        [hourStartMs, recipient, hourStartMs, recipient],
        tx,
      );
      return made > 0;
    } catch (error) {
      // Another worker counted the first one at this very moment.
      if (error instanceof UniqueConstraintError) return countOneMore(mail, tx);
      throw error;
    }
  }

  async function databaseNowMs(tx: Transaction): Promise<number> {
    const [row] = await sequelize.query<{ now_ms: number }>(`SELECT ${dialect.nowMs} AS now_ms`, {
      type: QueryTypes.SELECT,
      transaction: tx,
    });
    return Number(row?.now_ms);
  }

  return {
    /**
     * The moments that this worker could take, at most `atMost`; undefined where there is no limit. Locks them until the
     * transaction ends, so that no two workers get the same.
     */
    lockSlots: async (atMost: number, tx: Transaction): Promise<Slots | undefined> => {
      if (perSecond === 0) return undefined;
      const [row] = await sequelize.query<{ next_at_ms: number; now_ms: number }>(
        `SELECT next_at_ms, ${dialect.nowMs} AS now_ms FROM sending_pace WHERE id = 1 ${dialect.forUpdate}`,
        { type: QueryTypes.SELECT, transaction: tx },
      );
      const everyMs = 1_000 / perSecond;
      const startsInMs = Math.max(0, Number(row?.next_at_ms) - Number(row?.now_ms));
      const count = startsInMs >= horizonMs ? 0 : Math.max(1, Math.floor((horizonMs - startsInMs) / everyMs));
      return { count: Math.min(atMost, count), startsInMs, everyMs };
    },
    /** Takes the first `count` of the moments that were locked. */
    takeSlots: async (slots: Slots | undefined, count: number, tx: Transaction): Promise<void> => {
      if (!slots || count === 0) return;
      const untilInMs = Math.ceil(slots.startsInMs + count * slots.everyMs);
      await sequelize.query(`UPDATE sending_pace SET next_at_ms = ${dialect.nowMs} + ? WHERE id = 1`, {
        replacements: [untilInMs],
        transaction: tx,
      });
    },
    /**
     * Counts a mail to an address, where there is a limit.
     * @returns what was counted; or in how many milliseconds the address may get mails again.
     */
    countRecipient: async (
      recipient: string,
      tx: Transaction,
    ): Promise<CountedMail | { waitMs: number } | undefined> => {
      if (perRecipientPerHour === 0 || recipient === '') return undefined;
      const nowMs = await databaseNowMs(tx);
      const mail = { recipient, hourStartMs: nowMs - (nowMs % hourMs) };
      if ((await countOneMore(mail, tx)) || (await countFirst(mail, tx))) return mail;
      return { waitMs: mail.hourStartMs + hourMs - nowMs };
    },
    /** Takes the count of a mail back that was not sent. */
    uncount: async ({ hourStartMs, recipient }: CountedMail, tx: Transaction): Promise<void> => {
      const sql =
        'UPDATE recipient_hours SET mails = mails - 1 WHERE hour_start_ms = ? AND recipient = ? AND mails > 0';
      await change(sql, [hourStartMs, recipient], tx);
    },
    /** Forgets the counts of hours that are over, at most `limit`; returns how many. */
    deleteOldHours: async (limit: number, tx: Transaction): Promise<number> => {
      const rows = await sequelize.query<{ hour_start_ms: number; recipient: string }>(
        `SELECT hour_start_ms, recipient FROM recipient_hours WHERE hour_start_ms < ${dialect.nowMs} - ? LIMIT ?`,
        { replacements: [hourMs, limit], type: QueryTypes.SELECT, transaction: tx },
      );
      for (const [hourStartMs, found] of Map.groupBy(rows, (row) => Number(row.hour_start_ms))) {
        await sequelize.query('DELETE FROM recipient_hours WHERE hour_start_ms = ? AND recipient IN (?)', {
          replacements: [hourStartMs, found.map(({ recipient }) => recipient)],
          transaction: tx,
        });
      }
      return rows.length;
    },
  };
}
