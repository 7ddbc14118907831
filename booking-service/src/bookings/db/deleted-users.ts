import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A booking of a user who left, as far as it matters for how long its names are needed. */
export type LeftBooking = { readonly id: string; readonly status: BookingStatus; readonly lastDepartureMs: number };

/** Stands where a contact was. The domain can't exist (RFC 2606). */
const nobodysAddress = 'deleted@deleted.invalid';

/** Users who left, until nothing is kept of them but their bookings. Instants are Unix milliseconds of business time. */
export type DeletedUsers = ReturnType<typeof createDeletedUsers>;

export function createDeletedUsers({ sequelize, dialect, write }: Database) {
  return {
    write,
    /** Notes that a user has left. */
    add: async (userId: string, lookAtMs: number, tx: Transaction): Promise<void> => {
      const row = { user_id: userId, look_at_ms: lookAtMs };
      await dialect.insertOrReplace(sequelize, 'deleted_users', [row], ['user_id'], tx);
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
    /** The bookings of a user, their rows locked in the order of their ids until the transaction ends. */
    lockBookings: async (userId: string, tx: Transaction): Promise<LeftBooking[]> => {
      const rows = await sequelize.query<{ id: string; status: BookingStatus }>(
        `SELECT id, status FROM bookings WHERE user_id = ? ORDER BY id ${dialect.forUpdate}`,
        { replacements: [userId], type: QueryTypes.SELECT, transaction: tx },
      );
      if (rows.length === 0) return [];
      const departures = await sequelize.query<{ booking_id: string; last: number }>(
        'SELECT booking_id, MAX(departs_at_ms) AS last FROM segments WHERE booking_id IN (?) GROUP BY booking_id',
        { replacements: [rows.map(({ id }) => id)], type: QueryTypes.SELECT, transaction: tx },
      );
      const lastOf = new Map(departures.map(({ booking_id, last }) => [booking_id, Number(last)]));
      return rows.map(({ id, status }) => ({ id, status, lastDepartureMs: lastOf.get(id) ?? 0 }));
    },
    /**
     * Takes out of bookings who travelled and how to reach them. Seats, money and history stay, and so does the version:
     * it counts what was agreed upon, and reminder-service erases its copies by itself.
     */
    erase: async (bookingIds: readonly string[], tx: Transaction): Promise<void> => {
      if (bookingIds.length === 0) return;
      const options = { replacements: [bookingIds], transaction: tx };
      await sequelize.query(
        `UPDATE bookings SET contact_email = '${nobodysAddress}', contact_phone = NULL WHERE id IN (?)`,
        options,
      );
      // The id as a name: nobody can guess it to look the booking up.
      await sequelize.query(
        `UPDATE passengers SET first_name = 'Deleted', last_name = id, date_of_birth = NULL WHERE booking_id IN (?)`,
        options,
      );
    },
    /** The entries by which a user still stands in lines. */
    findWaiting: async (userId: string): Promise<string[]> => {
      const rows = await sequelize.query<{ id: string }>(
        "SELECT id FROM waitlist_entries WHERE user_id = ? AND status = 'waiting' ORDER BY id",
        { replacements: [userId], type: QueryTypes.SELECT },
      );
      return rows.map(({ id }) => id);
    },
    /** Takes out of a user's entries of the waitlist who would have travelled; those that wait are left alone. */
    eraseWaited: async (userId: string, tx: Transaction): Promise<void> => {
      await sequelize.query(
        `UPDATE waitlist_entries SET passengers = '[]', contact_email = '${nobodysAddress}', contact_phone = NULL
         WHERE user_id = ? AND status <> 'waiting'`,
        { replacements: [userId], transaction: tx },
      );
    },
    /** Deletes the kept answers to a user's requests, which repeat whole bookings; not those that are still to come. */
    forgetAnswers: async (userId: string, tx: Transaction): Promise<void> => {
      await sequelize.query('DELETE FROM idempotency_keys WHERE user_id = ? AND answer_status IS NOT NULL', {
        replacements: [userId],
        transaction: tx,
      });
    },
  };
}
