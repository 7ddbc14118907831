import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A flight whose bookings may not know its newest version yet. */
export type FlightFollowUp = { readonly flightId: string; readonly version: number };

/** Which changes of flights are still to be carried into their bookings. */
export function createFlightFollowUps(database: Database) {
  const { sequelize, dialect } = database;
  return {
    async note({ flightId, version }: FlightFollowUp, tx: Transaction): Promise<void> {
      await dialect.insertOrKeep(sequelize, 'flight_follow_ups', [{ flight_id: flightId, version }], tx);
      await sequelize.query('UPDATE flight_follow_ups SET version = ? WHERE flight_id = ? AND version < ?', {
        replacements: [version, flightId, version],
        type: QueryTypes.UPDATE,
        transaction: tx,
      });
    },

    async list(limit: number): Promise<FlightFollowUp[]> {
      const rows = await sequelize.query<{ flight_id: string; version: number }>(
        'SELECT flight_id, version FROM flight_follow_ups ORDER BY flight_id LIMIT ?',
        { replacements: [limit], type: QueryTypes.SELECT },
      );
      return rows.map((row) => ({ flightId: row.flight_id, version: Number(row.version) }));
    },

    /**
     * Strikes a flight off, unless a newer version was noted meanwhile, or a booking has got the flight as it was before.
     * Whoever brings such a booking notes the flight in the same transaction: it is seen here, or notes it once more.
     */
    strike: ({ flightId, version }: FlightFollowUp): Promise<void> =>
      database.write(async (tx) => {
        const noted = await sequelize.query(
          `SELECT version FROM flight_follow_ups WHERE flight_id = ? AND version = ? ${dialect.forUpdate}`,
          { replacements: [flightId, version], type: QueryTypes.SELECT, transaction: tx },
        );
        if (noted.length === 0) return;
        const behind = await sequelize.query(
          `SELECT booking_id FROM segments JOIN bookings ON bookings.id = booking_id
           WHERE flight_id = ? AND flight_version < ? AND status IN ('pending', 'confirmed') LIMIT 1`,
          { replacements: [flightId, version], type: QueryTypes.SELECT, transaction: tx },
        );
        if (behind.length > 0) return;
        await sequelize.query('DELETE FROM flight_follow_ups WHERE flight_id = ?', {
          replacements: [flightId],
          type: QueryTypes.DELETE,
          transaction: tx,
        });
      }),
  };
}

export type FlightFollowUps = ReturnType<typeof createFlightFollowUps>;
