import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Cabin, FlightStatus } from '@jetbridge/contracts/flights/schemas.ts';
import { insertStatement, type SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type QueryOptionsWithType, QueryTypes, type Transaction } from 'sequelize';
import type { FareRecord, FlightRecord } from '../domain/flight.ts';
import { flightKeyOf } from '../domain/schedule/flight-draft.ts';

/** Rows of one INSERT: 12 columns times this stays far below what either database takes. */
const rowsPerInsert = 500;

type FlightRow = {
  id: string;
  flight_number: string;
  airline_code: string;
  origin_code: string;
  destination_code: string;
  local_date: string;
  departs_at_ms: number;
  arrives_at_ms: number;
  status: FlightStatus;
  airplane_id: string;
  version: number;
  inventory_version: number;
};

type FareRow = {
  flight_id: string;
  cabin: Cabin;
  price_minor: number;
  seats: number;
  taken: number;
  refundable: number;
  cancel_fee_minor: number;
  change_fee_minor: number;
};

/** Dated flights with their fares. */
export function createFlights({ sequelize, dialect }: Database) {
  async function insert(records: readonly FlightRecord[], tx: Transaction): Promise<void> {
    await insertRows('flights', records.map(toFlightRow), tx);
    await insertRows('fares', records.flatMap(toFareRows), tx);
  }

  async function insertRows(table: string, rows: readonly SqlRow[], tx: Transaction): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      const { sql, values } = insertStatement(table, rows.slice(start, start + rowsPerInsert));
      await sequelize.query(sql, { replacements: values, type: QueryTypes.INSERT, transaction: tx });
    }
  }

  /** Flights by id, in the order of the ids; unknown ones are left out. */
  async function find(ids: readonly string[]): Promise<FlightRecord[]> {
    if (ids.length === 0) return [];
    const options: QueryOptionsWithType<QueryTypes.SELECT> = { replacements: [[...ids]], type: QueryTypes.SELECT };
    const rows = await sequelize.query<FlightRow>('SELECT * FROM flights WHERE id IN (?)', options);
    const fares = await sequelize.query<FareRow>('SELECT * FROM fares WHERE flight_id IN (?)', options);
    const faresOf = Map.groupBy(fares, (row) => row.flight_id);
    const flights = new Map(rows.map((row) => [row.id, toFlight(row, faresOf.get(row.id) ?? [])]));
    return ids.flatMap((id) => flights.get(id) ?? []);
  }

  /** Which of these schedule keys (see `flightKeyOf`) are taken already. */
  async function findTakenKeys(keys: readonly string[], tx?: Transaction): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await sequelize.query<{ schedule_key: string }>(
      'SELECT schedule_key FROM flights WHERE schedule_key IN (?)',
      { replacements: [[...keys]], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return new Set(rows.map((row) => row.schedule_key));
  }

  /** Takes over what booking-service says is taken; an older word than the last one changes nothing. */
  async function applyInventory(inventory: InventoryEventData, tx: Transaction): Promise<void> {
    const [, changed] = await sequelize.query(
      'UPDATE flights SET inventory_version = ? WHERE id = ? AND inventory_version < ?',
      {
        replacements: [inventory.version, inventory.flightId, inventory.version],
        type: QueryTypes.UPDATE,
        transaction: tx,
      },
    );
    if (changed === 0) return;
    for (const { cabin, sold, held } of inventory.cabins) {
      await sequelize.query('UPDATE fares SET taken = ? WHERE flight_id = ? AND cabin = ?', {
        replacements: [sold + held, inventory.flightId, cabin],
        type: QueryTypes.UPDATE,
        transaction: tx,
      });
    }
  }

  /** Whether an error says that a flight with this number, origin and day is there already. */
  const isTaken = (error: unknown) => dialect.isUniqueViolation(error, 'schedule_key');

  return { insert, find, findTakenKeys, applyInventory, isTaken };
}

export type Flights = ReturnType<typeof createFlights>;

function toFlightRow(record: FlightRecord): SqlRow {
  return {
    id: record.id,
    schedule_key: flightKeyOf(record),
    flight_number: record.flightNumber,
    airline_code: record.airlineCode,
    origin_code: record.originCode,
    destination_code: record.destinationCode,
    local_date: record.localDate,
    departs_at_ms: record.departsAtMs,
    arrives_at_ms: record.arrivesAtMs,
    status: record.status,
    airplane_id: record.airplaneId,
    version: record.version,
    inventory_version: record.inventoryVersion,
  };
}

function toFareRows(record: FlightRecord): SqlRow[] {
  return record.fares.map((fare) => ({
    flight_id: record.id,
    cabin: fare.cabin,
    price_minor: fare.priceMinor,
    seats: fare.seats,
    taken: fare.taken,
    refundable: fare.refundable ? 1 : 0,
    cancel_fee_minor: fare.cancelFeeMinor,
    change_fee_minor: fare.changeFeeMinor,
  }));
}

function toFlight(row: FlightRow, fares: readonly FareRow[]): FlightRecord {
  return {
    id: row.id,
    flightNumber: row.flight_number,
    airlineCode: row.airline_code,
    originCode: row.origin_code,
    destinationCode: row.destination_code,
    localDate: row.local_date,
    departsAtMs: Number(row.departs_at_ms),
    arrivesAtMs: Number(row.arrives_at_ms),
    status: row.status,
    airplaneId: row.airplane_id,
    version: Number(row.version),
    inventoryVersion: Number(row.inventory_version),
    fares: fares.map(toFare).toSorted((one, other) => cabinOrder.indexOf(one.cabin) - cabinOrder.indexOf(other.cabin)),
  };
}

const cabinOrder: readonly Cabin[] = ['economy', 'premium_economy', 'business', 'first'];

function toFare(row: FareRow): FareRecord {
  return {
    cabin: row.cabin,
    priceMinor: Number(row.price_minor),
    seats: Number(row.seats),
    taken: Number(row.taken),
    refundable: Number(row.refundable) === 1,
    cancelFeeMinor: Number(row.cancel_fee_minor),
    changeFeeMinor: Number(row.change_fee_minor),
  };
}
