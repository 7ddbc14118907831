import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Copies of flights that flight-search-service owns, each the newest version seen. */
export function createFlightCopies(database: Database) {
  return {
    async find(flightIds: readonly string[]): Promise<Map<string, FlightForSale>> {
      const rows = await database.sequelize.query<{ id: string; document: string }>(
        'SELECT id, document FROM flights WHERE id IN (?)',
        { replacements: [flightIds], type: QueryTypes.SELECT },
      );
      // `keepNewer` wrote the document.
      return new Map(rows.map((row) => [row.id, JSON.parse(row.document) as FlightForSale]));
    },

    async keepNewer(copy: FlightForSale, fetchedAtMs: number): Promise<void> {
      const { id, version } = copy.flight;
      const document = JSON.stringify(copy);
      await database.write(async (tx) => {
        const row = { id, version, document, fetched_at_ms: fetchedAtMs };
        await database.dialect.insertOrKeep(database.sequelize, 'flights', [row], tx);
        await database.sequelize.query(
          'UPDATE flights SET version = ?, document = ?, fetched_at_ms = ? WHERE id = ? AND version < ?',
          { replacements: [version, document, fetchedAtMs, id, version], type: QueryTypes.UPDATE, transaction: tx },
        );
      });
    },
  };
}

export type FlightCopies = ReturnType<typeof createFlightCopies>;
