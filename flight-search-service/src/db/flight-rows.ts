import type { Cabin, FlightStatus } from '@jetbridge/contracts/flights/schemas.ts';
import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import type { FareRecord, FlightRecord, SearchableFlight } from '../domain/flight.ts';
import { flightKeyOf } from '../domain/schedule/flight-draft.ts';

/** A row of `flights`. */
export type FlightRow = SearchableRow & { departure_terminal: string | null; arrival_terminal: string | null };

/** Those of its columns that searches need. */
export type SearchableRow = {
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

/** A row of `fares`. */
export type FareRow = {
  flight_id: string;
  cabin: Cabin;
  price_minor: number;
  seats: number;
  taken: number;
  refundable: number;
  cancel_fee_minor: number;
  change_fee_minor: number;
};

/** A flight as a row. */
export function toFlightRow(record: FlightRecord) {
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
    departure_terminal: record.departureTerminal,
    arrival_terminal: record.arrivalTerminal,
  } satisfies SqlRow;
}

/** The fares of a flight as rows. */
export function toFareRows(record: FlightRecord): SqlRow[] {
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

/** A flight with its fares, in the order of the cabins. */
export function toFlight(row: FlightRow, fares: readonly FareRow[]): FlightRecord {
  const { departure_terminal: departureTerminal, arrival_terminal: arrivalTerminal } = row;
  return { ...toSearchableFlight(row, fares), departureTerminal, arrivalTerminal };
}

/** The same, as far as searches need it. */
export function toSearchableFlight(row: SearchableRow, fares: readonly FareRow[]): SearchableFlight {
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
