import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { type LockedCabin, newCabin, newInventory, type SeatRow, toLockedCabin } from './inventory-rows.ts';

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

  return {
    open,
    noteOpened,
    lockAll,
    read,
    writeAll,
  };
}

export type Inventory = ReturnType<typeof createInventory>;
