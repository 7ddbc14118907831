import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { ReminderKind } from '../domain/reminder.ts';
import type { SendBlocks } from '../domain/send-blocks.ts';

/** What holds mails of bookings back: refused addresses, and kinds that somebody does not want. */
export type SendBlocksStore = ReturnType<typeof createSendBlocks>;

export function createSendBlocks({ sequelize, dialect }: Database) {
  const run = async (sql: string, replacements: readonly unknown[], tx: Transaction) => {
    await sequelize.query(sql, { replacements: [...replacements], transaction: tx });
  };

  return {
    /** What holds mails of a booking to its present address back. One look-up by three keys. */
    find: async (
      { id, userId, email }: Pick<BookingCopy, 'id' | 'userId' | 'email'>,
      tx?: Transaction,
    ): Promise<SendBlocks> => {
      const rows = await sequelize.query<{ kind: string }>(
        `SELECT kind FROM switched_off_mails WHERE holder_type = 'user' AND holder = ?
         UNION ALL SELECT kind FROM switched_off_mails WHERE holder_type = 'address' AND holder = ?
         UNION ALL SELECT '' AS kind FROM refused_addresses WHERE booking_id = ? AND address = ?`,
        { replacements: [userId, email, id, email], type: QueryTypes.SELECT, transaction: tx ?? null },
      );
      const kinds = rows.map(({ kind }) => kind);
      return {
        addressRefused: kinds.includes(''),
        // Only kinds that there are can be switched off; one of a later release does no harm here.
        switchedOff: new Set(kinds as ReminderKind[]),
      };
    },
    /** Notes that an address was refused for mails of a booking. */
    refuseAddress: async (bookingId: string, address: string, atMs: number, tx: Transaction): Promise<void> => {
      const row = { booking_id: bookingId, address, refused_at_ms: atMs };
      await dialect.insertOrKeep(sequelize, 'refused_addresses', [row], tx);
    },
    /** Lets mails of a booking go to an address again that was refused. */
    admitAddress: (bookingId: string, address: string, tx: Transaction) =>
      run('DELETE FROM refused_addresses WHERE booking_id = ? AND address = ?', [bookingId, address], tx),
    /** Forgets which addresses of a booking were refused. */
    forgetAddresses: (bookingId: string, tx: Transaction) =>
      run('DELETE FROM refused_addresses WHERE booking_id = ?', [bookingId], tx),
    /** Deletes what was refused before an instant, at most `limit`; returns how many. */
    deleteRefusedBefore: async (beforeMs: number, limit: number, tx: Transaction): Promise<number> => {
      const rows = await sequelize.query<{ booking_id: string; address: string }>(
        'SELECT booking_id, address FROM refused_addresses WHERE refused_at_ms < ? ORDER BY refused_at_ms LIMIT ?',
        { replacements: [beforeMs, limit], type: QueryTypes.SELECT, transaction: tx },
      );
      for (const { booking_id, address } of rows) {
        await run('DELETE FROM refused_addresses WHERE booking_id = ? AND address = ?', [booking_id, address], tx);
      }
      return rows.length;
    },
  };
}
