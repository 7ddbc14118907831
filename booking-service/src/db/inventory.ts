import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Seats of one cabin of one flight, to be taken or given back. */
export type SeatCount = { readonly flightId: string; readonly cabin: string; readonly seats: number };

type CabinRow = { flight_id: string; cabin: string; capacity: number; sold: number; held: number };

/**
 * How many seats are sold and held, per flight and cabin: the only truth about it. Every change first locks the flights
 * it touches, always in the order of their ids, so that two sales can wait for each other but never in a circle.
 */
export function createInventory({ sequelize, dialect }: Database) {
  /** Gives flights that were never sold before their rows, with the capacity of their fares. */
  async function open(flights: readonly Flight[], tx: Transaction): Promise<void> {
    const ordered = flights.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const known = new Set(await knownFlights(ordered, tx));
    const missing = ordered.filter(({ id }) => !known.has(id));
    if (missing.length === 0) return;
    const inventories = missing.map(({ id }) => ({ flight_id: id, version: 0, closed: 0 }));
    await dialect.insertOrKeep(sequelize, 'flight_inventories', inventories, tx);
    const cabins = missing.flatMap((flight) =>
      flight.fares.map(({ cabin, seats }) => ({ flight_id: flight.id, cabin, capacity: seats, sold: 0, held: 0 })),
    );
    await dialect.insertOrKeep(sequelize, 'cabin_inventories', cabins, tx);
  }

  async function knownFlights(flights: readonly Flight[], tx: Transaction): Promise<string[]> {
    const rows = await sequelize.query<{ flight_id: string }>(
      'SELECT flight_id FROM flight_inventories WHERE flight_id IN (?)',
      { replacements: [flights.map(({ id }) => id)], type: QueryTypes.SELECT, transaction: tx },
    );
    return rows.map((row) => row.flight_id);
  }

  /** Locks flights until the transaction ends; returns those of them that are closed for sale. */
  async function lock(flightIds: readonly string[], tx: Transaction): Promise<Set<string>> {
    const rows = await sequelize.query<{ flight_id: string; closed: number }>(
      `SELECT flight_id, closed FROM flight_inventories WHERE flight_id IN (?) ORDER BY flight_id ${dialect.forUpdate}`,
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, transaction: tx },
    );
    return new Set(rows.filter(({ closed }) => Number(closed) === 1).map((row) => row.flight_id));
  }

  /** Sells seats of a locked flight; false when so many are not left. */
  async function sell({ flightId, cabin, seats }: SeatCount, tx: Transaction): Promise<boolean> {
    const [, changed] = await sequelize.query(
      `UPDATE cabin_inventories SET sold = sold + ? WHERE flight_id = ? AND cabin = ? AND sold + held + ? <= capacity`,
      { replacements: [seats, flightId, cabin, seats], type: QueryTypes.UPDATE, transaction: tx },
    );
    return changed === 1;
  }

  /** Gives sold seats of a locked flight back. */
  async function release({ flightId, cabin, seats }: SeatCount, tx: Transaction): Promise<void> {
    await sequelize.query('UPDATE cabin_inventories SET sold = sold - ? WHERE flight_id = ? AND cabin = ?', {
      replacements: [seats, flightId, cabin],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
  }

  /** Counts up the version of each locked flight and says what its seats are now. */
  async function conclude(flightIds: readonly string[], tx: Transaction): Promise<InventoryEventData[]> {
    const options = { replacements: [[...flightIds]], transaction: tx };
    await sequelize.query('UPDATE flight_inventories SET version = version + 1 WHERE flight_id IN (?)', options);
    const versions = await sequelize.query<{ flight_id: string; version: number }>(
      'SELECT flight_id, version FROM flight_inventories WHERE flight_id IN (?) ORDER BY flight_id',
      { ...options, type: QueryTypes.SELECT },
    );
    const cabins = await sequelize.query<CabinRow>(
      'SELECT flight_id, cabin, capacity, sold, held FROM cabin_inventories WHERE flight_id IN (?)',
      { ...options, type: QueryTypes.SELECT },
    );
    return versions.map(({ flight_id: flightId, version }) => ({
      flightId,
      version: Number(version),
      cabins: cabins.filter((row) => row.flight_id === flightId).map(toCabin),
    }));
  }

  return { open, lock, sell, release, conclude };
}

export type Inventory = ReturnType<typeof createInventory>;

function toCabin(row: CabinRow): InventoryEventData['cabins'][number] {
  return {
    // The fares of a flight wrote it, and theirs is a checked cabin.
    cabin: row.cabin as InventoryEventData['cabins'][number]['cabin'],
    capacity: Number(row.capacity),
    sold: Number(row.sold),
    held: Number(row.held),
  };
}
