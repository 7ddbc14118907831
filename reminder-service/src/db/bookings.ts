import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Transaction } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import { type BookingRow, defineModels } from './models.ts';

/** This service's copies of bookings. */
export type Bookings = ReturnType<typeof createBookings>;

export function createBookings({ sequelize, dialect }: Database) {
  const { Booking } = defineModels(sequelize);

  return {
    /** A booking as it is kept here. */
    find: async (id: string, tx?: Transaction): Promise<BookingCopy | undefined> => {
      const row = await Booking.findByPk(id, tx ? { transaction: tx } : {});
      return row ? read(row) : undefined;
    },
    /** Those of some bookings that are kept here, by their ids, their rows locked in this order until the transaction ends. */
    lockAll: async (ids: readonly string[], tx: Transaction): Promise<Map<string, BookingCopy>> => {
      if (ids.length === 0) return new Map();
      const where = { id: [...ids] };
      const rows = await Booking.findAll({ where, order: ['id'], transaction: tx, lock: tx.LOCK.UPDATE, raw: true });
      return new Map(rows.map((row) => [row.id, read(row)]));
    },
    /** Locks the row of a booking, if it is kept here, until the transaction ends. */
    lock: async (id: string, tx: Transaction): Promise<void> => {
      await Booking.findByPk(id, { attributes: ['id'], transaction: tx, lock: tx.LOCK.UPDATE });
    },
    /**
     * The copy that is kept, its row locked until the transaction ends; the one given where there was none. Two that
     * bring the same booking for the first time meet at its key, and one waits for the other.
     */
    keepFirst: async (copy: BookingCopy, tx: Transaction): Promise<BookingCopy> => {
      const { id, userId, version } = copy;
      const row = { id, user_id: userId, version, document: JSON.stringify(copy) };
      await dialect.insertOrKeep(sequelize, 'bookings', [row], tx);
      const kept = await Booking.findByPk(id, { transaction: tx, lock: tx.LOCK.UPDATE, rejectOnEmpty: true });
      return read(kept);
    },
    /** The bookings of a user, their rows locked in the order of their ids until the transaction ends. */
    lockOfUser: async (userId: string, tx: Transaction): Promise<BookingCopy[]> => {
      const rows = await Booking.findAll({ where: { userId }, order: ['id'], transaction: tx, lock: tx.LOCK.UPDATE });
      return rows.map(read);
    },
    listOfUser: async (userId: string): Promise<BookingCopy[]> => {
      const rows = await Booking.findAll({ where: { userId }, order: ['id'] });
      return rows.map(read);
    },
    /** Puts a newer copy in the place of the one whose row is locked. */
    replace: async (copy: BookingCopy, tx: Transaction): Promise<void> => {
      const { id, userId, version } = copy;
      const changes = { userId, version, document: JSON.stringify(copy) };
      await Booking.update(changes, { where: { id }, transaction: tx });
    },
  };
}

function read(row: BookingRow): BookingCopy {
  // Only `keepFirst` and `replace` write this column.
  return JSON.parse(row.document) as BookingCopy;
}
