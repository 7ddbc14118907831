import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { ReminderKind } from '../domain/reminder.ts';
import { noBlocks, type SendBlocks } from '../domain/send-blocks.ts';

/** What holds mails of bookings back: refused addresses, and kinds that somebody does not want. */
export type SendBlocksStore = ReturnType<typeof createSendBlocks>;

export function createSendBlocks({ sequelize, dialect }: Database) {
  const run = async (sql: string, replacements: readonly unknown[], tx: Transaction) => {
    await sequelize.query(sql, { replacements: [...replacements], transaction: tx });
  };

  /** One look-up by three keys. */
  async function findBlocks(bookings: readonly Addressee[], tx?: Transaction): Promise<Map<string, SendBlocks>> {
    if (bookings.length === 0) return new Map();
    const emails = bookings.map(({ email }) => email);
    const rows = await sequelize.query<{ type: string; holder: string; what: string }>(
      `SELECT holder_type AS type, holder, kind AS what FROM switched_off_mails WHERE holder_type = 'user' AND holder IN (?)
       UNION ALL SELECT holder_type, holder, kind FROM switched_off_mails WHERE holder_type = 'address' AND holder IN (?)
       UNION ALL SELECT 'refused', booking_id, address FROM refused_addresses WHERE booking_id IN (?) AND address IN (?)`,
      {
        replacements: [bookings.map(({ userId }) => userId), emails, bookings.map(({ id }) => id), emails],
        type: QueryTypes.SELECT,
        transaction: tx ?? null,
      },
    );
    const byHolder = Map.groupBy(rows, ({ type, holder }) => `${type} ${holder}`);
    const found = (holder: string) => (byHolder.get(holder) ?? []).map(({ what }) => what);
    const blocksOf = ({ id, userId, email }: Addressee): SendBlocks => ({
      addressRefused: found(`refused ${id}`).includes(email),
      // Only kinds that there are can be switched off; one of a later release does no harm here.
      switchedOff: new Set([...found(`user ${userId}`), ...found(`address ${email}`)] as ReminderKind[]),
    });
    return new Map(bookings.map((booking) => [booking.id, blocksOf(booking)]));
  }

  return {
    /** What holds mails of a booking to its present address back. */
    find: async (booking: Addressee, tx?: Transaction): Promise<SendBlocks> => {
      const found = await findBlocks([booking], tx);
      return found.get(booking.id) ?? noBlocks;
    },
    /** The same of several bookings, by their ids. */
    findAll: findBlocks,
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

type Addressee = Pick<BookingCopy, 'id' | 'userId' | 'email'>;
