import type { BookingState } from '@jetbridge/contracts/bookings/history.ts';
import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { HistoryEntry } from '../domain/booking-history.ts';

/** An entry as it is kept. */
export type KeptHistoryEntry = HistoryEntry & { readonly id: string };

type Row = {
  id: string;
  booking_id: string;
  version: number;
  at_ms: number;
  actor_type: string;
  actor_id: string | null;
  action: string;
  state_before: string | null;
  state_after: string;
  request_id: string | null;
};

/** What happened to bookings, written in the transactions that made it happen; entries never change. */
export function createBookingHistory(database: Database) {
  return {
    append: (entries: readonly HistoryEntry[], tx: Transaction): Promise<void> =>
      insertRows(database, 'booking_history', entries.map(historyRow), tx),

    /** The entries of a booking from the one after `after` on, the newest last. */
    list: async (of: {
      readonly bookingId: string;
      readonly after: { readonly version: number; readonly id: string } | undefined;
      readonly limit: number;
    }): Promise<KeptHistoryEntry[]> => {
      const { version, id } = of.after ?? { version: 0, id: '' };
      const rows = await database.sequelize.query<Row>(
        `SELECT * FROM booking_history WHERE booking_id = ? AND (version > ? OR (version = ? AND id > ?))
         ORDER BY version, id LIMIT ?`,
        { replacements: [of.bookingId, version, version, id, of.limit], type: QueryTypes.SELECT },
      );
      return rows.map(toEntry);
    },
  };
}

export type BookingHistory = ReturnType<typeof createBookingHistory>;

export function historyRow(entry: HistoryEntry): SqlRow {
  return {
    id: newId('hst'),
    booking_id: entry.bookingId,
    version: entry.version,
    at_ms: entry.atMs,
    actor_type: entry.actor.type,
    actor_id: entry.actor.id,
    action: entry.action,
    state_before: entry.before && JSON.stringify(entry.before),
    state_after: JSON.stringify(entry.after),
    request_id: entry.requestId,
  };
}

function toEntry(row: Row): KeptHistoryEntry {
  return {
    id: row.id,
    bookingId: row.booking_id,
    version: Number(row.version),
    atMs: Number(row.at_ms),
    // Only `historyRow` writes these columns, from an entry.
    actor: { type: row.actor_type as HistoryEntry['actor']['type'], id: row.actor_id },
    action: row.action as HistoryEntry['action'],
    before: row.state_before === null ? null : (JSON.parse(row.state_before) as BookingState),
    after: JSON.parse(row.state_after) as BookingState,
    requestId: row.request_id,
  };
}
