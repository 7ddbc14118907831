import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Where tries for one reference are counted. */
export type AttemptsKey = { readonly referenceHash: string; readonly windowStartMs: number };

/** Rows deleted by one statement. */
const purgeBatch = 500;

/** How often wrong names were tried for a reference, whether a booking has it or not. */
export function createLookupAttempts({ sequelize, dialect }: Database) {
  return {
    /** Locks the count until the transaction ends, so that tries for one reference are looked at one after the other. */
    async lock({ referenceHash, windowStartMs }: AttemptsKey, tx: Transaction): Promise<number> {
      const row = { reference_hash: referenceHash, window_start_ms: windowStartMs, wrong_tries: 0 };
      await dialect.insertOrKeep(sequelize, 'lookup_attempts', [row], tx);
      const [found] = await sequelize.query<{ wrong_tries: number }>(
        `SELECT wrong_tries FROM lookup_attempts WHERE reference_hash = ? AND window_start_ms = ? ${dialect.forUpdate}`,
        { replacements: [referenceHash, windowStartMs], type: QueryTypes.SELECT, transaction: tx },
      );
      return Number(found?.wrong_tries ?? 0);
    },

    /** Counts one more wrong try. */
    async count({ referenceHash, windowStartMs }: AttemptsKey, tx: Transaction): Promise<void> {
      await sequelize.query(
        'UPDATE lookup_attempts SET wrong_tries = wrong_tries + 1 WHERE reference_hash = ? AND window_start_ms = ?',
        { replacements: [referenceHash, windowStartMs], type: QueryTypes.UPDATE, transaction: tx },
      );
    },

    /** Deletes a bounded number of counts whose window began before that moment, and returns how many those were. */
    async purge(beforeMs: number): Promise<number> {
      const rows = await sequelize.query<{ reference_hash: string; window_start_ms: number }>(
        `SELECT reference_hash, window_start_ms FROM lookup_attempts WHERE window_start_ms < ?
         ORDER BY window_start_ms LIMIT ?`,
        { replacements: [beforeMs, purgeBatch], type: QueryTypes.SELECT },
      );
      if (rows.length === 0) return 0;
      const places = rows.map(() => '(reference_hash = ? AND window_start_ms = ?)').join(' OR ');
      await sequelize.query(`DELETE FROM lookup_attempts WHERE ${places}`, {
        replacements: rows.flatMap((row) => [row.reference_hash, row.window_start_ms]),
        type: QueryTypes.DELETE,
      });
      return rows.length;
    },
  };
}

export type LookupAttempts = ReturnType<typeof createLookupAttempts>;
