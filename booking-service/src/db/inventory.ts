import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Cabin, CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { planOf, type SeatPlan } from '../domain/seats/seat-plan.ts';
import { SeatSet } from '../domain/seats/seat-set.ts';
import type { FlightCopy } from './flights.ts';

/** Seats of one cabin of one flight, to be taken or given back. */
export type SeatCount = { readonly flightId: string; readonly cabin: string; readonly seats: number };

/** A flight's seats, locked: the flight's version they were last set for, and the numbers per cabin. */
export type LockedInventory = { readonly flightVersion: number; readonly cabins: InventoryEventData['cabins'] };

/** The seats of a cabin under the lock of its flight. Plan and set are null while the layout is not known. */
export type LockedCabin = {
  readonly cabin: Cabin;
  readonly capacity: number;
  sold: number;
  held: number;
  layout: string | null;
  plan: SeatPlan | null;
  taken: SeatSet | null;
};

/** A flight's seats under its lock, to be changed in memory and written back. */
export type LockedFlight = {
  readonly flightId: string;
  readonly closed: boolean;
  /** The newest version of the flight that is known here. */
  readonly knownVersion: number;
  /** Of the inventory. */
  readonly version: number;
  readonly cabins: ReadonlyMap<string, LockedCabin>;
};

type FlightRow = { flight_id: string; closed: number; version: number };
type CabinRow = { flight_id: string; cabin: string; capacity: number; sold: number; held: number };
type SeatRow = CabinRow & { layout: string | null; taken_seats: string | null; known_version: number | null };

/** Flights that a process remembers to have rows; so many that it hardly ever forgets one. */
const maximumOpenedKnown = 200_000;

/**
 * How many seats are sold and held, per flight and cabin: the only truth about it. Every change first locks the flights
 * it touches, always in the order of their ids, so that two sales can wait for each other but never in a circle.
 */
export function createInventory({ sequelize, dialect }: Database) {
  const opened = new Set<string>();

  /** Gives flights that were never sold before their rows, with the capacity of their fares and their layouts. */
  async function open(copies: readonly FlightCopy[], tx: Transaction): Promise<void> {
    const missing = copies.filter(({ flight }) => !opened.has(flight.id));
    if (missing.length === 0) return;
    const ordered = missing.toSorted((one, other) => (one.flight.id < other.flight.id ? -1 : 1));
    const inventories = ordered.map(({ flight }) => newInventory(flight.id));
    await dialect.insertOrKeep(sequelize, 'flight_inventories', inventories, tx);
    const cabins = ordered.flatMap(({ flight, layout }) =>
      flight.fares.map((fare) =>
        newCabin(
          flight.id,
          fare,
          layout?.find(({ cabin }) => cabin === fare.cabin),
        ),
      ),
    );
    await dialect.insertOrKeep(sequelize, 'cabin_inventories', cabins, tx);
  }

  /** Remembers that these flights have their rows, once the transaction that made them has committed: rows never go. */
  function noteOpened(flightIds: Iterable<string>): void {
    for (const flightId of flightIds) {
      if (opened.size >= maximumOpenedKnown) opened.clear();
      opened.add(flightId);
    }
  }

  /** Locks flights until the transaction ends, and reads what is to be known of them. */
  const lockAll = (flightIds: readonly string[], tx: Transaction) => select(flightIds, dialect.forUpdate, tx);

  /** What is to be known of flights at this moment, without locking them. */
  const read = (flightIds: readonly string[]) => select(flightIds, '', null);

  async function select(
    flightIds: readonly string[],
    lock: string,
    tx: Transaction | null,
  ): Promise<Map<string, LockedFlight>> {
    if (flightIds.length === 0) return new Map();
    const options = { replacements: [[...flightIds]], transaction: tx };
    const rows = await sequelize.query<FlightRow>(
      `SELECT flight_id, closed, version FROM flight_inventories WHERE flight_id IN (?) ORDER BY flight_id ${lock}`,
      { ...options, type: QueryTypes.SELECT },
    );
    // Nobody changes these while the rows above are locked.
    const cabins = await sequelize.query<SeatRow>(
      `SELECT cabins.*, flights.version AS known_version
       FROM cabin_inventories AS cabins LEFT JOIN flights ON flights.id = cabins.flight_id
       WHERE cabins.flight_id IN (?)`,
      { ...options, type: QueryTypes.SELECT },
    );
    const byFlight = Map.groupBy(cabins, (row) => row.flight_id);
    return new Map(
      rows.map((row) => {
        const own = byFlight.get(row.flight_id) ?? [];
        return [
          row.flight_id,
          {
            flightId: row.flight_id,
            closed: Number(row.closed) === 1,
            knownVersion: Number(own[0]?.known_version ?? 0),
            version: Number(row.version),
            cabins: new Map(own.map((cabin) => [cabin.cabin, toLockedCabin(cabin)])),
          },
        ];
      }),
    );
  }

  /** Writes the seats of locked flights, and counts their versions up. */
  async function writeAll(flights: readonly LockedFlight[], tx: Transaction): Promise<void> {
    if (flights.length === 0) return;
    const rows = flights.flatMap(({ flightId, cabins }) =>
      Array.from(cabins.values(), ({ cabin, capacity, sold, held, layout, taken }) => ({
        flight_id: flightId,
        cabin,
        capacity,
        sold,
        held,
        layout,
        taken_seats: taken?.toText() ?? null,
      })),
    );
    await dialect.insertOrReplace(sequelize, 'cabin_inventories', rows, ['flight_id', 'cabin'], tx);
    await sequelize.query('UPDATE flight_inventories SET version = version + 1 WHERE flight_id IN (?)', {
      replacements: [flights.map(({ flightId }) => flightId)],
      transaction: tx,
    });
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

  return {
    open,
    noteOpened,
    lockAll,
    read,
    writeAll,
    lockOrAdd,
    setClosed,
    setFlightVersion,
    setCapacity,
    conclude,
  };
}

export type Inventory = ReturnType<typeof createInventory>;

function newInventory(flightId: string) {
  return { flight_id: flightId, version: 0, closed: 0, flight_version: 0 };
}

function newCabin(flightId: string, { cabin, seats }: { cabin: Cabin; seats: number }, layout?: CabinLayout) {
  return {
    flight_id: flightId,
    cabin,
    capacity: seats,
    sold: 0,
    held: 0,
    layout: layout ? JSON.stringify(layout) : null,
    taken_seats: layout ? '' : null,
  };
}

function toLockedCabin(row: SeatRow): LockedCabin {
  const plan = row.layout === null ? null : planOfText(row.layout);
  return {
    ...toCabin(row),
    layout: row.layout,
    plan,
    taken: plan && SeatSet.fromText(row.taken_seats ?? '', plan.seats.length),
  };
}

/** An airline has some dozen types of airplane. */
const maximumPlans = 200;
const plans = new Map<string, SeatPlan>();

function planOfText(layout: string): SeatPlan {
  const known = plans.get(layout);
  if (known) return known;
  // Only `newCabin` and `DeskState.lay` write the column, from a layout of the contract.
  const plan = planOf(JSON.parse(layout) as CabinLayout);
  if (plans.size >= maximumPlans) plans.clear();
  plans.set(layout, plan);
  return plan;
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
