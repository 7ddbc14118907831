import type { HistoryAction } from '@jetbridge/contracts/bookings/history.ts';
import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** By which state of a booking others are compared with it. */
export type BookingVersion = {
  readonly id: string;
  readonly status: BookingStatus;
  readonly version: number;
  /** The last version that others were told of: those after it are of payments and refunds alone. 0: not known any more. */
  readonly toldVersion: number;
};

type Row = { id: string; status: BookingStatus; version: number; told_version: number | null };

/** What happens to a booking without an event of the booking itself. */
const untold: HistoryAction[] = [
  'payment_started',
  'payment_succeeded',
  'payment_failed',
  'refund_started',
  'refunded',
  'refund_failed',
];

const toldVersion = `(SELECT MAX(version) FROM booking_history
  WHERE booking_id = bookings.id AND action NOT IN (:untold)) AS told_version`;

/** The present states of many bookings, without the rest. */
export function createBookingVersions({ sequelize }: Database) {
  return {
    /** The next confirmed bookings, by id, with a departure after that moment. */
    upcomingAfter: async (id: string, nowMs: number, limit: number): Promise<BookingVersion[]> => {
      const rows = await sequelize.query<Row>(
        `SELECT id, status, version, ${toldVersion} FROM bookings WHERE id > :id AND status = 'confirmed' AND EXISTS (
           SELECT 1 FROM segments WHERE segments.booking_id = bookings.id AND segments.departs_at_ms > :nowMs
         ) ORDER BY id LIMIT :limit`,
        { replacements: { id, nowMs, limit, untold }, type: QueryTypes.SELECT },
      );
      return rows.map(toVersion);
    },
    /** Those of these bookings that exist. */
    findMany: async (ids: readonly string[]): Promise<BookingVersion[]> => {
      const rows = await sequelize.query<Row>(
        `SELECT id, status, version, ${toldVersion} FROM bookings WHERE id IN (:ids)`,
        { replacements: { ids: [...ids], untold }, type: QueryTypes.SELECT },
      );
      return rows.map(toVersion);
    },
  };
}

const toVersion = ({ id, status, version, told_version: told }: Row): BookingVersion => ({
  id,
  status,
  version: Number(version),
  toldVersion: Number(told ?? 0),
});
