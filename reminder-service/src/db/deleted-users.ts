import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Users who left, until nothing is kept of them but their bookings. Instants are Unix milliseconds of business time. */
export type DeletedUsers = ReturnType<typeof createDeletedUsers>;

export function createDeletedUsers({ sequelize, dialect }: Database) {
  return {
    /** Notes that a user has left. */
    add: async (userId: string, lookAtMs: number, tx: Transaction): Promise<void> => {
      const row = { user_id: userId, look_at_ms: lookAtMs };
      await dialect.insertOrReplace(sequelize, 'deleted_users', [row], ['user_id'], tx);
    },
    /** Has a user who left looked at again, because something new came in of a booking of theirs. */
    lookAgain: async (userId: string, lookAtMs: number, tx: Transaction): Promise<void> => {
      await sequelize.query('UPDATE deleted_users SET look_at_ms = ? WHERE user_id = ?', {
        replacements: [lookAtMs, userId],
        transaction: tx,
      });
    },
    /** The users that are to be looked at now, at most `limit`. */
    findDue: async (nowMs: number, limit: number): Promise<string[]> => {
      const rows = await sequelize.query<{ user_id: string }>(
        'SELECT user_id FROM deleted_users WHERE look_at_ms <= ? ORDER BY look_at_ms LIMIT ?',
        { replacements: [nowMs, limit], type: QueryTypes.SELECT },
      );
      return rows.map((row) => row.user_id);
    },
    /** Sets when to look next; null when all is done. */
    schedule: async (userId: string, lookAtMs: number | null, tx: Transaction): Promise<void> => {
      await sequelize.query('UPDATE deleted_users SET look_at_ms = ? WHERE user_id = ?', {
        replacements: [lookAtMs, userId],
        transaction: tx,
      });
    },
  };
}
