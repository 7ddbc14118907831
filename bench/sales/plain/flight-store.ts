import { type FlightForSale, readFlightForSaleRoute } from '@jetbridge/contracts/flights/internal.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import { ServiceCallError, type ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import type { Models } from './models.ts';

export type FlightStore = ReturnType<typeof createFlightStore>;

/** Flights on sale: from our table, or from flight-search-service the first time. */
export function createFlightStore(parts: { database: Database; models: Models; client: ServiceClient }) {
  const { database, models, client } = parts;

  async function fetchAndKeep(id: string): Promise<FlightForSale> {
    const fetched = await fetch(id);
    const { flight } = fetched;
    const row = { id, version: flight.version, document: JSON.stringify(fetched), fetchedAtMs: Date.now() };
    const cabins = flight.fares.map(({ cabin, seats }) => ({
      flightId: id,
      cabin,
      capacity: seats,
      sold: 0,
      held: 0,
      takenSeats: null,
    }));
    await database.write(async (tx) => {
      // Two requests may meet a new flight at once; who comes second keeps what is there.
      const options = { transaction: tx, ignoreDuplicates: true };
      await models.Flight.bulkCreate([row], options);
      const inventory = { flightId: id, version: 0, closed: 0, flightVersion: flight.version };
      await models.Inventory.bulkCreate([inventory], options);
      await models.Cabin.bulkCreate(cabins, options);
    });
    return fetched;
  }

  async function fetch(id: string): Promise<FlightForSale> {
    try {
      return await client.call(readFlightForSaleRoute, { params: { id } });
    } catch (error) {
      if (!(error instanceof ServiceCallError) || error.code !== 'flight_not_found') throw error;
      throw new HttpProblem({ status: 404, code: 'flight_not_found', detail: 'There is no such flight.' });
    }
  }

  return {
    /** The flights with these ids, in this order. @throws HttpProblem 404. */
    find: async (ids: readonly string[]): Promise<FlightForSale[]> => {
      const rows = await models.Flight.findAll({ where: { id: [...ids] } });
      // Only `fetchAndKeep` writes this column.
      const known = new Map(rows.map(({ dataValues: row }) => [row.id, JSON.parse(row.document) as FlightForSale]));
      return Promise.all(ids.map(async (id) => known.get(id) ?? fetchAndKeep(id)));
    },
  };
}
