import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { EntryStanding, WaitlistEntry } from '../domain/waitlist-entry.ts';
import { type EntryRow, type StandingRow, toEntry, toStanding } from './waitlist-rows.ts';

/**
 * Parties that wait for seats. Whatever changes in the lines of a flight changes under the lock of the flight's seats,
 * so that the order of the line is the order in which that lock was had.
 */
export function createWaitlist({ sequelize }: Database) {
  const select = <Row extends object>(
    sql: string,
    values: readonly (string | number | readonly string[])[],
    tx?: Transaction,
  ) =>
    sequelize.query<Row>(sql, {
      replacements: [...values],
      type: QueryTypes.SELECT,
      ...(tx ? { transaction: tx } : {}),
    });

  return {
    /** All who wait for seats of these flights, each line in its order. To be read under the lock of their seats. */
    linesOf: async (flightIds: readonly string[], tx: Transaction): Promise<WaitlistEntry[]> => {
      const rows = await select<EntryRow>(
        `SELECT * FROM waitlist_entries WHERE status = 'waiting' AND flight_id IN (?)
         ORDER BY flight_id, cabin, position`,
        [[...flightIds]],
        tx,
      );
      return rows.map(toEntry);
    },

    /** The last place that was ever given in each line of these flights, by flight and cabin. */
    lastPositionsOf: async (flightIds: readonly string[], tx: Transaction) => {
      const rows = await select<{ flight_id: string; cabin: string; last: number }>(
        `SELECT flight_id, cabin, MAX(position) AS last FROM waitlist_entries WHERE flight_id IN (?)
         GROUP BY flight_id, cabin`,
        [[...flightIds]],
        tx,
      );
      return rows.map((row) => ({ flightId: row.flight_id, cabin: row.cabin, last: Number(row.last) }));
    },

    /** Those of these entries that exist. */
    findMany: async (ids: readonly string[], tx: Transaction): Promise<WaitlistEntry[]> => {
      const rows = await select<EntryRow>('SELECT * FROM waitlist_entries WHERE id IN (?)', [[...ids]], tx);
      return rows.map(toEntry);
    },

    /** Entries of these users that still wait, or whose offer is still to be paid. */
    openOf: async (userIds: readonly string[], tx: Transaction): Promise<WaitlistEntry[]> => {
      const rows = await select<EntryRow>(
        `SELECT entries.* FROM waitlist_entries AS entries LEFT JOIN bookings ON bookings.id = entries.booking_id
         WHERE entries.user_id IN (?) AND (entries.status = 'waiting' OR
           (entries.status = 'offered' AND bookings.status = 'pending'))`,
        [[...userIds]],
        tx,
      );
      return rows.map(toEntry);
    },

    /** An entry of this user that was not withdrawn. */
    findOwn: async (id: string, userId: string): Promise<WaitlistEntry | undefined> => {
      const rows = await select<EntryRow>(
        "SELECT * FROM waitlist_entries WHERE id = ? AND user_id = ? AND status <> 'withdrawn'",
        [id, userId],
      );
      return rows.map(toEntry)[0];
    },

    /** What a user waits for or has waited for, newest first, from `after` on; what they left only where asked for. */
    list: async (of: {
      readonly userId: string;
      readonly after: { readonly createdAtMs: number; readonly id: string } | undefined;
      readonly limit: number;
      readonly withdrawn?: boolean;
    }): Promise<EntryStanding[]> => {
      const { createdAtMs, id } = of.after ?? { createdAtMs: Number.MAX_SAFE_INTEGER, id: '' };
      const rows = await select<StandingRow>(
        `SELECT entries.*, bookings.status AS booking_status, bookings.hold_expires_at_ms
         FROM waitlist_entries AS entries LEFT JOIN bookings ON bookings.id = entries.booking_id
         WHERE entries.user_id = ? ${of.withdrawn ? '' : "AND entries.status <> 'withdrawn'"}
           AND (entries.created_at_ms < ? OR (entries.created_at_ms = ? AND entries.id < ?))
         ORDER BY entries.created_at_ms DESC, entries.id DESC LIMIT ?`,
        [of.userId, createdAtMs, createdAtMs, id, of.limit],
      );
      return rows.map(toStanding);
    },

    /** The next flights, by id, with free seats for somebody who waits and may hold as many more. */
    flightsWithSeatsToOffer: async (from: {
      readonly after: string;
      readonly maximumHeldSeats: number;
      readonly limit: number;
    }): Promise<string[]> => {
      const rows = await select<{ flight_id: string }>(
        `SELECT DISTINCT entries.flight_id FROM waitlist_entries AS entries
         JOIN cabin_inventories AS cabins ON cabins.flight_id = entries.flight_id AND cabins.cabin = entries.cabin
         JOIN flight_inventories AS flights ON flights.flight_id = entries.flight_id AND flights.closed = 0
         LEFT JOIN user_holds ON user_holds.user_id = entries.user_id
         WHERE entries.status = 'waiting' AND entries.flight_id > ?
           AND entries.seats <= cabins.capacity - cabins.sold - cabins.held
           AND COALESCE(user_holds.seats, 0) + entries.seats <= ?
         ORDER BY entries.flight_id LIMIT ?`,
        [from.after, from.maximumHeldSeats, from.limit],
      );
      return rows.map((row) => row.flight_id);
    },

    /** The next flights, by id, with a line that may have to end: they leave by that local day, or are closed for sale. */
    flightsWithEndingLines: async (from: {
      readonly after: string;
      readonly lastDay: string;
      readonly limit: number;
    }): Promise<string[]> => {
      const rows = await select<{ flight_id: string }>(
        `SELECT DISTINCT entries.flight_id FROM waitlist_entries AS entries
         JOIN flight_inventories AS inventories ON inventories.flight_id = entries.flight_id
         JOIN flights ON flights.id = entries.flight_id
         WHERE entries.status = 'waiting' AND entries.flight_id > ?
           AND (inventories.closed = 1 OR flights.departure_day <= ?)
         ORDER BY entries.flight_id LIMIT ?`,
        [from.after, from.lastDay, from.limit],
      );
      return rows.map((row) => row.flight_id);
    },
  };
}

export type Waitlist = ReturnType<typeof createWaitlist>;
