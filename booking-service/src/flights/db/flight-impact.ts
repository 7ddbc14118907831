import type { FlightImpact } from '@jetbridge/contracts/bookings/internal.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Counts who is booked on a flight. */
export function createFlightImpact({ sequelize }: Database) {
  const select = <Row extends object>(sql: string, flightId: string) =>
    sequelize.query<Row>(sql, { replacements: [flightId], type: QueryTypes.SELECT });

  return async function impactOf(flightId: string): Promise<FlightImpact> {
    const byStatus = await select<{ status: string; bookings: number; passengers: number }>(
      `SELECT bookings.status, COUNT(DISTINCT bookings.id) AS bookings, COUNT(passengers.id) AS passengers
       FROM segments
       JOIN bookings ON bookings.id = segments.booking_id
       JOIN passengers ON passengers.booking_id = bookings.id
       WHERE segments.flight_id = ? AND bookings.status IN ('confirmed', 'pending')
       GROUP BY bookings.status`,
      flightId,
    );
    const cabins = await select<{ cabin: Cabin; sold: number; held: number }>(
      'SELECT cabin, sold, held FROM cabin_inventories WHERE flight_id = ? ORDER BY cabin',
      flightId,
    );
    const bookingsOf = (status: string) => Number(byStatus.find((row) => row.status === status)?.bookings ?? 0);
    return {
      flightId,
      bookings: bookingsOf('confirmed'),
      pendingBookings: bookingsOf('pending'),
      passengers: byStatus.reduce((sum, row) => sum + Number(row.passengers), 0),
      cabins: cabins.map((row) => ({ cabin: row.cabin, sold: Number(row.sold), held: Number(row.held) })),
    };
  };
}
