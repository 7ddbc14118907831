import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';
import type { SearchableFlight } from '../domain/flight.ts';
import { type FareRow, type SearchableRow, toSearchableFlight } from './flight-rows.ts';

/** Which state of a flight the database has. */
export type FlightVersion = { readonly id: string; readonly version: number; readonly inventoryVersion: number };

/** The whole schedule in pages by id, for what keeps it in memory. */
export function createScheduleRows({ sequelize }: Database) {
  /** As the driver gives them: of rows of a SELECT, Sequelize would copy each, which takes longer than reading them. */
  async function select<Row extends object>(sql: string, bind: string[]): Promise<Row[]> {
    // Bound, so that a statement is compiled once and not for each of some thousand pages.
    const [rows] = await sequelize.query(sql, { bind, type: QueryTypes.RAW });
    // The columns named in the statement.
    return rows as Row[];
  }

  const flightColumns =
    'id, flight_number, airline_code, origin_code, destination_code, local_date, departs_at_ms, arrives_at_ms, status, ' +
    'airplane_id, version, inventory_version';
  const fareColumns = 'flight_id, cabin, price_minor, seats, taken, refundable, cancel_fee_minor, change_fee_minor';

  return {
    async count(): Promise<{ flights: number; fares: number }> {
      const [row] = await select<{ flights: number; fares: number }>(
        'SELECT (SELECT COUNT(*) FROM flights) AS flights, (SELECT COUNT(*) FROM fares) AS fares',
        [],
      );
      return { flights: Number(row?.flights ?? 0), fares: Number(row?.fares ?? 0) };
    },
    async flightsAfter(id: string, limit: number): Promise<SearchableFlight[]> {
      const rows = await select<SearchableRow>(
        `SELECT ${flightColumns} FROM flights WHERE id > $1 ORDER BY id LIMIT ${limit}`,
        [id],
      );
      const last = rows.at(-1);
      if (!last) return [];
      const fares = await select<FareRow>(
        `SELECT ${fareColumns} FROM fares WHERE flight_id > $1 AND flight_id <= $2 ORDER BY flight_id`,
        [id, last.id],
      );
      const faresOf = Map.groupBy(fares, (row) => row.flight_id);
      return rows.map((row) => toSearchableFlight(row, faresOf.get(row.id) ?? []));
    },
    async versionsAfter(id: string, limit: number): Promise<FlightVersion[]> {
      const rows = await select<{ id: string; version: number; inventory_version: number }>(
        `SELECT id, version, inventory_version FROM flights WHERE id > $1 ORDER BY id LIMIT ${limit}`,
        [id],
      );
      return rows.map((row) => ({
        id: row.id,
        version: Number(row.version),
        inventoryVersion: Number(row.inventory_version),
      }));
    },
  };
}

export type ScheduleRows = ReturnType<typeof createScheduleRows>;
