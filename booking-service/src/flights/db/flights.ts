import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { CabinLayout, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A flight as last seen. Events bring no layout: it is null from a change of airplane on, until somebody fetches it. */
export type FlightCopy = { readonly flight: Flight; readonly layout: readonly CabinLayout[] | null };

/** Copies that a process keeps in memory, of some kilobytes each. */
const maximumLately = 5_000;

/** Copies of flights that flight-search-service owns, each the newest version seen. */
export function createFlightCopies(database: Database) {
  const { sequelize, dialect } = database;

  const lately = new Map<string, FlightCopy>();

  async function find(flightIds: readonly string[], tx?: Transaction): Promise<Map<string, FlightCopy>> {
    if (flightIds.length === 0) return new Map();
    const rows = await sequelize.query<{ id: string; document: string }>(
      'SELECT id, document FROM flights WHERE id IN (?)',
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, ...(tx ? { transaction: tx } : {}) },
    );
    const found = new Map(rows.map((row) => [row.id, read(row.document)]));
    for (const [id, copy] of found) {
      if (lately.size >= maximumLately) lately.clear();
      lately.set(id, copy);
    }
    return found;
  }

  /**
   * The copies as this process last saw them, without asking the database where it can. They may be outdated: whoever
   * sells by them compares their versions under the lock of the flights' seats.
   */
  async function recall(flightIds: readonly string[]): Promise<Map<string, FlightCopy>> {
    const missing = flightIds.filter((id) => !lately.has(id));
    const found = missing.length > 0 ? await find(missing) : new Map<string, FlightCopy>();
    for (const id of flightIds) {
      const copy = lately.get(id);
      if (copy) found.set(id, copy);
    }
    return found;
  }

  /** Keeps what was fetched, unless a newer version is known. */
  async function keepNewer(copy: FlightForSale, nowMs: number): Promise<void> {
    await database.write(async (tx) => {
      const { flight, layout } = await keepFirst(copy, nowMs, tx);
      const { version } = copy.flight;
      if (flight.version < version || (flight.version === version && !layout)) await replace(copy, nowMs, tx);
    });
  }

  /** Keeps what an event tells, whether the flight was known or not; false when a newer version is known. */
  async function follow(flight: Flight, nowMs: number, tx: Transaction): Promise<boolean> {
    const known = await keepFirst({ flight, layout: null }, nowMs, tx);
    if (known.flight.version > flight.version) return false;
    const layout = known.flight.airplane.id === flight.airplane.id ? known.layout : null;
    await replace({ flight, layout }, nowMs, tx);
    return true;
  }

  /** The copy that is kept, locked until the transaction ends; the one given where there was none. */
  async function keepFirst(copy: FlightCopy, nowMs: number, tx: Transaction): Promise<FlightCopy> {
    const { id, version } = copy.flight;
    const row = {
      id,
      version,
      departure_day: departureDayOf(copy),
      document: JSON.stringify(copy),
      fetched_at_ms: nowMs,
    };
    await dialect.insertOrKeep(sequelize, 'flights', [row], tx);
    const [kept] = await sequelize.query<{ document: string }>(
      `SELECT document FROM flights WHERE id = ? ${dialect.forUpdate}`,
      { replacements: [id], type: QueryTypes.SELECT, transaction: tx },
    );
    return kept ? read(kept.document) : copy;
  }

  async function replace(copy: FlightCopy, nowMs: number, tx: Transaction): Promise<void> {
    const { id, version } = copy.flight;
    await sequelize.query(
      'UPDATE flights SET version = ?, departure_day = ?, document = ?, fetched_at_ms = ? WHERE id = ?',
      {
        replacements: [version, departureDayOf(copy), JSON.stringify(copy), nowMs, id],
        type: QueryTypes.UPDATE,
        transaction: tx,
      },
    );
  }

  /** Versions of the flights that are known, by id. */
  async function versionsOf(flightIds: readonly string[], tx: Transaction): Promise<Map<string, number>> {
    const rows = await sequelize.query<{ id: string; version: number }>(
      'SELECT id, version FROM flights WHERE id IN (?)',
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, transaction: tx },
    );
    return new Map(rows.map((row) => [row.id, Number(row.version)]));
  }

  return { find, recall, keepNewer, follow, versionsOf };
}

export type FlightCopies = ReturnType<typeof createFlightCopies>;

/** At the airport of departure. */
const departureDayOf = ({ flight }: FlightCopy) => flight.departureLocal.slice(0, 10);

function read(document: string): FlightCopy {
  // Only `keepFirst` and `replace` write this column.
  return JSON.parse(document) as FlightCopy;
}
