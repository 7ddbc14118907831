import type { Airline, Airplane, Airport, Cabin, FlightStatus } from '@jetbridge/contracts/flights/schemas.ts';
import type { FlightDraft } from './schedule/flight-draft.ts';

/** A dated flight as this service keeps it. Instants are Unix milliseconds. */
export type FlightRecord = SearchableFlight & {
  /** As timetables name it: `4`, `2E`; null where nobody has told. */
  readonly departureTerminal: string | null;
  readonly arrivalTerminal: string | null;
};

/** What of a flight is found by searches and shown in lists: all but its terminals, which no choice depends on. */
export type SearchableFlight = {
  readonly id: string;
  readonly flightNumber: string;
  readonly airlineCode: string;
  readonly originCode: string;
  readonly destinationCode: string;
  /** The day of departure on the calendar of the origin: `2026-12-25`. */
  readonly localDate: string;
  readonly departsAtMs: number;
  readonly arrivesAtMs: number;
  readonly status: FlightStatus;
  readonly airplaneId: string;
  readonly version: number;
  readonly inventoryVersion: number;
  readonly fares: readonly FareRecord[];
};

/** A cabin of a flight on sale. Money is in minor units of the deployment's currency, for one passenger. */
export type FareRecord = {
  readonly cabin: Cabin;
  readonly priceMinor: number;
  readonly seats: number;
  /** Seats sold or held, as booking-service last told. */
  readonly taken: number;
  readonly refundable: boolean;
  readonly cancelFeeMinor: number;
  readonly changeFeeMinor: number;
};

/** What a flight refers to by code, looked up. */
export type FlightReferences = {
  readonly airline: Airline;
  readonly origin: Airport;
  readonly destination: Airport;
  readonly airplane: Airplane;
};

/** A flight of a timetable or schedule file as a new record, nothing sold. */
export function toFlightRecord(draft: FlightDraft, identity: { id: string; airplaneId: string }): FlightRecord {
  const { model: _model, fares, ...flight } = draft;
  return {
    ...identity,
    ...flight,
    departureTerminal: draft.departureTerminal ?? null,
    arrivalTerminal: draft.arrivalTerminal ?? null,
    status: 'scheduled',
    version: 1,
    inventoryVersion: 0,
    fares: fares.map(({ cabin, priceMinor, seats, rules }) => ({ cabin, priceMinor, seats, taken: 0, ...rules })),
  };
}
