import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** By which state of a booking others are compared with it. */
export type BookingVersion = { readonly id: string; readonly status: BookingStatus; readonly version: number };

type Row = { id: string; status: BookingStatus; version: number };

/** The present states of many bookings, without the rest. */
export function createBookingVersions({ sequelize }: Database) {
  return {
    /** The next confirmed bookings, by id, with a departure after that moment. */
    upcomingAfter: async (id: string, nowMs: number, limit: number): Promise<BookingVersion[]> => {
      const rows = await sequelize.query<Row>(
        `SELECT id, status, version FROM bookings WHERE id > ? AND status = 'confirmed' AND EXISTS (
           SELECT 1 FROM segments WHERE segments.booking_id = bookings.id AND segments.departs_at_ms > ?
         ) ORDER BY id LIMIT ?`,
        { replacements: [id, nowMs, limit], type: QueryTypes.SELECT },
      );
      return rows.map(toVersion);
    },
    /** Those of these bookings that exist. */
    findMany: async (ids: readonly string[]): Promise<BookingVersion[]> => {
      const rows = await sequelize.query<Row>('SELECT id, status, version FROM bookings WHERE id IN (?)', {
        replacements: [[...ids]],
        type: QueryTypes.SELECT,
      });
      return rows.map(toVersion);
    },
  };
}

const toVersion = ({ id, status, version }: Row): BookingVersion => ({ id, status, version: Number(version) });
