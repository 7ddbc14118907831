import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A flight whose bookings may not know its newest version yet. */
export type FlightFollowUp = { readonly flightId: string; readonly version: number };

/** Which changes of flights are still to be carried into their bookings. */
export function createFlightFollowUps({ sequelize, dialect }: Database) {
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

    /** Strikes a flight off, unless a newer version was noted meanwhile. */
    async strike({ flightId, version }: FlightFollowUp): Promise<void> {
      await sequelize.query('DELETE FROM flight_follow_ups WHERE flight_id = ? AND version = ?', {
        replacements: [flightId, version],
        type: QueryTypes.DELETE,
      });
    },
  };
}

export type FlightFollowUps = ReturnType<typeof createFlightFollowUps>;
