import type { EventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Transaction } from 'sequelize';
import type { Database } from '../src/database/open-database.ts';
import { rowsOf } from './kit-database.ts';

/**
 * Counts in the table `effects` how often each flight's event took effect, and fails as often as a test says.
 * `failuresLeft` is by flight id; `tries` counts calls, with or without effect.
 */
export function createFlightHandlers(database: Database) {
  const failuresLeft = new Map<string, number>();
  const tries = new Map<string, number>();
  return {
    failuresLeft,
    tries,
    handlers: {
      'inventory.changed': async (event: { id: string; data: EventData<'inventory.changed'> }, tx: Transaction) => {
        const { flightId } = event.data;
        tries.set(flightId, (tries.get(flightId) ?? 0) + 1);
        const row = { name: flightId, times: 0 };
        await database.dialect.insertOrKeep(database.sequelize, 'effects', [row], tx);
        await database.sequelize.query('UPDATE effects SET times = times + 1 WHERE name = ?', {
          replacements: [flightId],
          transaction: tx,
        });
        const left = failuresLeft.get(flightId) ?? 0;
        if (left === 0) return;
        failuresLeft.set(flightId, left - 1);
        throw new Error(`${flightId} does not fit`);
      },
    },
    effects: async () => {
      const rows = await rowsOf<{ name: string; times: number }>(
        database,
        'SELECT name, times FROM effects ORDER BY name',
      );
      return Object.fromEntries(rows.map(({ name, times }) => [name, times]));
    },
  };
}
