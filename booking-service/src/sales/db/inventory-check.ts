import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A cabin of a flight whose counted seats are not those of its bookings. */
export type SeatDifference = {
  readonly flightId: string;
  readonly cabin: string;
  /** Null where bookings are in a cabin that has no row. */
  readonly capacity: number | null;
  readonly counted: { readonly sold: number; readonly held: number };
  readonly booked: { readonly sold: number; readonly held: number };
};

type Row = { flight_id: string; cabin: string } & Record<
  'capacity' | 'sold' | 'held' | 'confirmed' | 'pending',
  number | string | null
>;

/** What looks for seats that are counted and not booked, or the other way round. */
export function createInventoryCheck({ sequelize }: Database) {
  /** The next flights, by id, that have seats or segments. */
  async function flightsAfter(id: string, limit: number): Promise<string[]> {
    const pageOf = (table: string) =>
      sequelize.query<{ flight_id: string }>(
        `SELECT flight_id FROM ${table} WHERE flight_id > ? GROUP BY flight_id ORDER BY flight_id LIMIT ?`,
        { replacements: [id, limit], type: QueryTypes.SELECT },
      );
    const pages = await Promise.all(['cabin_inventories', 'segments', 'change_segments'].map(pageOf));
    const ids = new Set(pages.flat().map((row) => row.flight_id));
    return [...ids].toSorted((one, other) => (one < other ? -1 : 1)).slice(0, limit);
  }

  /**
   * Those cabins of these flights that differ. One statement sees one state of the database, so that a sale which
   * commits meanwhile is either in both sums or in none.
   */
  async function differences(flightIds: readonly string[], tx?: Transaction): Promise<SeatDifference[]> {
    const rows = await sequelize.query<Row>(
      `SELECT flight_id, cabin, MAX(capacity) AS capacity, SUM(sold) AS sold, SUM(held) AS held,
         SUM(confirmed) AS confirmed, SUM(pending) AS pending
       FROM (
         SELECT flight_id, cabin, capacity, sold, held, 0 AS confirmed, 0 AS pending
         FROM cabin_inventories WHERE flight_id IN (?)
         UNION ALL
         SELECT segments.flight_id, segments.cabin, NULL, 0, 0,
           CASE WHEN bookings.status = 'confirmed' THEN segments.seats ELSE 0 END,
           CASE WHEN bookings.status = 'pending' THEN segments.seats ELSE 0 END
         FROM segments JOIN bookings ON bookings.id = segments.booking_id
         WHERE segments.flight_id IN (?) AND bookings.status IN ('confirmed', 'pending')
         UNION ALL
         SELECT flight_id, cabin, NULL, 0, 0, 0, seats FROM change_segments WHERE flight_id IN (?)
       ) AS seats
       GROUP BY flight_id, cabin
       HAVING SUM(sold) <> SUM(confirmed) OR SUM(held) <> SUM(pending) OR MAX(capacity) IS NULL
       ORDER BY flight_id, cabin`,
      {
        replacements: [[...flightIds], [...flightIds], [...flightIds]],
        type: QueryTypes.SELECT,
        ...(tx ? { transaction: tx } : {}),
      },
    );
    return rows.map(toDifference);
  }

  /** Sets the seats of a cabin of a locked flight to those of its bookings. */
  async function correct({ flightId, cabin, booked }: SeatDifference, tx: Transaction): Promise<void> {
    await sequelize.query('UPDATE cabin_inventories SET sold = ?, held = ? WHERE flight_id = ? AND cabin = ?', {
      replacements: [booked.sold, booked.held, flightId, cabin],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
  }

  return { flightsAfter, differences, correct };
}

export type InventoryCheck = ReturnType<typeof createInventoryCheck>;

function toDifference(row: Row): SeatDifference {
  return {
    flightId: row.flight_id,
    cabin: row.cabin,
    capacity: row.capacity === null ? null : Number(row.capacity),
    counted: { sold: Number(row.sold), held: Number(row.held) },
    booked: { sold: Number(row.confirmed), held: Number(row.pending) },
  };
}
