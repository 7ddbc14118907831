import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Cabin, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Seats of one cabin of one flight, to be taken or given back. */
export type SeatCount = { readonly flightId: string; readonly cabin: string; readonly seats: number };

/** A flight's seats, locked: the flight's version they were last set for, and the numbers per cabin. */
export type LockedInventory = { readonly flightVersion: number; readonly cabins: InventoryEventData['cabins'] };

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
    const inventories = missing.map(({ id }) => newInventory(id));
    await dialect.insertOrKeep(sequelize, 'flight_inventories', inventories, tx);
    const cabins = missing.flatMap(({ id, fares }) => fares.map((fare) => newCabin(id, fare)));
    await dialect.insertOrKeep(sequelize, 'cabin_inventories', cabins, tx);
  }

  /** Locks one flight until the transaction ends, also one that was never sold; cabins it did not have are added. */
  async function lockOrAdd(
    flightId: string,
    cabins: readonly { cabin: Cabin; seats: number }[],
    tx: Transaction,
  ): Promise<LockedInventory> {
    await dialect.insertOrKeep(sequelize, 'flight_inventories', [newInventory(flightId)], tx);
    const [row] = await sequelize.query<{ flight_version: number }>(
      `SELECT flight_version FROM flight_inventories WHERE flight_id = ? ${dialect.forUpdate}`,
      { replacements: [flightId], type: QueryTypes.SELECT, transaction: tx },
    );
    const rows = cabins.map((one) => newCabin(flightId, one));
    await dialect.insertOrKeep(sequelize, 'cabin_inventories', rows, tx);
    return {
      flightVersion: Number(row?.flight_version ?? 0),
      cabins: (await selectCabins([flightId], tx)).map(toCabin),
    };
  }

  /** Opens or closes a locked flight, and remembers for which version of the flight. */
  async function setClosed(
    flightId: string,
    { closed, flightVersion }: { closed: boolean; flightVersion: number },
    tx: Transaction,
  ): Promise<void> {
    await sequelize.query('UPDATE flight_inventories SET closed = ?, flight_version = ? WHERE flight_id = ?', {
      replacements: [closed ? 1 : 0, flightVersion, flightId],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
  }

  /** Remembers for which version of a locked flight its seats were set. */
  async function setFlightVersion(flightId: string, flightVersion: number, tx: Transaction): Promise<void> {
    await sequelize.query('UPDATE flight_inventories SET flight_version = ? WHERE flight_id = ?', {
      replacements: [flightVersion, flightId],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
  }

  /** Sets what a cabin of a locked flight can hold; what is sold or held stays, whatever is asked. */
  async function setCapacity({ flightId, cabin, seats }: SeatCount, tx: Transaction): Promise<void> {
    await sequelize.query(
      `UPDATE cabin_inventories SET capacity = CASE WHEN sold + held > ? THEN sold + held ELSE ? END
       WHERE flight_id = ? AND cabin = ?`,
      { replacements: [seats, seats, flightId, cabin], type: QueryTypes.UPDATE, transaction: tx },
    );
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
    const cabins = await selectCabins(flightIds, tx);
    return versions.map(({ flight_id: flightId, version }) => ({
      flightId,
      version: Number(version),
      cabins: cabins.filter((row) => row.flight_id === flightId).map(toCabin),
    }));
  }

  function selectCabins(flightIds: readonly string[], tx: Transaction): Promise<CabinRow[]> {
    return sequelize.query<CabinRow>(
      'SELECT flight_id, cabin, capacity, sold, held FROM cabin_inventories WHERE flight_id IN (?)',
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, transaction: tx },
    );
  }

  return { open, lock, lockOrAdd, setClosed, setFlightVersion, setCapacity, sell, release, conclude };
}

export type Inventory = ReturnType<typeof createInventory>;

function newInventory(flightId: string) {
  return { flight_id: flightId, version: 0, closed: 0, flight_version: 0 };
}

function newCabin(flightId: string, { cabin, seats }: { cabin: Cabin; seats: number }) {
  return { flight_id: flightId, cabin, capacity: seats, sold: 0, held: 0 };
}

function toCabin(row: CabinRow): InventoryEventData['cabins'][number] {
  return {
    // The fares of a flight wrote it, and theirs is a checked cabin.
    cabin: row.cabin as InventoryEventData['cabins'][number]['cabin'],
    capacity: Number(row.capacity),
    sold: Number(row.sold),
    held: Number(row.held),
  };
}
