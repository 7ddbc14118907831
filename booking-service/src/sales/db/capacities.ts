import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { type CabinRow, newCabin, newInventory, toCabin } from './inventory-rows.ts';

/** A flight's seats, locked: the flight's version they were last set for, and the numbers per cabin. */
export type LockedInventory = { readonly flightVersion: number; readonly cabins: InventoryEventData['cabins'] };

/**
 * What flights can hold, as flight-search-service has it. Changes lock the flight first, as sales do, so that none comes
 * between.
 */
export function createCapacities({ sequelize, dialect }: Database) {
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
  async function setCapacity(
    { flightId, cabin, seats }: { flightId: string; cabin: string; seats: number },
    tx: Transaction,
  ): Promise<void> {
    await sequelize.query(
      `UPDATE cabin_inventories SET capacity = CASE WHEN sold + held > ? THEN sold + held ELSE ? END
       WHERE flight_id = ? AND cabin = ?`,
      { replacements: [seats, seats, flightId, cabin], type: QueryTypes.UPDATE, transaction: tx },
    );
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

  return { lockOrAdd, setClosed, setFlightVersion, setCapacity, conclude };
}

export type Capacities = ReturnType<typeof createCapacities>;
