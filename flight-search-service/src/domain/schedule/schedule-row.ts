import { airplaneFor, capacityOf, type Fleet } from '../fleet/airplane-type.ts';
import { type AirportPlace, distanceKm } from '../places/geography.ts';
import { dayMs, formatLocalDate, instantsOf } from '../places/local-time.ts';
import { faresFor } from '../pricing/fares.ts';
import { blockMinutes, plausibleBlockMinutes, usualPerformance } from './block-time.ts';
import type { FlightDraft } from './flight-draft.ts';
import { type FlightTimes, type LocalMoment, resolveFlightTimes } from './flight-times.ts';
import { type ParsedRow, parseScheduleColumns, type ScheduleRow } from './schedule-columns.ts';

/** Why a row is not taken. */
export const rejectionReasons = [
  'bad_row',
  'unknown_airport',
  'same_airport',
  'skipped_local_time',
  'arrival_before_departure',
  'implausible_block_time',
  'doubled',
  'unknown_aircraft',
  'not_for_passengers',
  'codeshare',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** A row that is not taken; `detail` says what was found and what would be right. */
export type RejectedRow = {
  readonly outcome: 'rejected';
  readonly reason: RejectionReason;
  readonly detail: string;
};

/** A record of a file that is no row at all, among its rows. A class, so that no row can pass for one by its columns. */
export class RefusedRecord {
  readonly reading: RejectedRow;
  constructor(reading: RejectedRow) {
    this.reading = reading;
  }
}

/** A row read: a flight, or why it is none. */
export type RowReading = { outcome: 'flight'; flight: FlightDraft } | RejectedRow;

/** What rows are read against. */
export type ScheduleContext = {
  readonly airports: ReadonlyMap<string, AirportPlace>;
  readonly fleet: Fleet;
  /** Whole days by which departures move: each keeps its local time of day and its length. */
  readonly shiftDays: number;
};

/**
 * Reads one row of a schedule. Times are local at either end, each with its own date. What cannot be right is never
 * repaired, only reported.
 */
export function readScheduleRow(row: ScheduleRow, context: ScheduleContext): RowReading {
  const parsed = parseScheduleColumns(row);
  if ('problem' in parsed) {
    return rejected('bad_row', parsed.problem);
  }
  const { originCode, destinationCode } = parsed;
  const origin = context.airports.get(originCode);
  const destination = context.airports.get(destinationCode);
  if (origin === undefined || destination === undefined) {
    const unknown = origin === undefined ? originCode : destinationCode;
    return rejected('unknown_airport', `${unknown} is not an airport of the catalogue`);
  }
  if (originCode === destinationCode) {
    return rejected('same_airport', `The flight leaves from and arrives at ${originCode}`);
  }
  return flightOf(parsed, { origin, destination }, context);
}

function flightOf(
  row: ParsedRow,
  { origin, destination }: { origin: AirportPlace; destination: AirportPlace },
  { fleet, shiftDays }: ScheduleContext,
): RowReading {
  const written = resolveFlightTimes(
    { wallMs: row.departureWallMs, timeZone: origin.timeZone },
    { wallMs: row.arrivalWallMs, timeZone: destination.timeZone },
    blockMinutes(origin, destination, usualPerformance),
  );
  const departureWallMs = row.departureWallMs + shiftDays * dayMs;
  const times = shiftDays === 0 ? written : shifted(written, { wallMs: departureWallMs, timeZone: origin.timeZone });
  if (times.outcome === 'skipped') {
    const zone = times.end === 'departure' ? origin.timeZone : destination.timeZone;
    return rejected('skipped_local_time', `The time of ${times.end} never comes: the clocks of ${zone} skip it`);
  }
  const km = distanceKm(origin, destination);
  const timesProblem = problemOfTimes((times.arrivesAtMs - times.departsAtMs) / 60_000, km);
  if (timesProblem !== undefined) {
    return timesProblem;
  }
  const seats = row.seats === undefined ? {} : { seats: row.seats };
  const airplane = airplaneFor({ aircraft: row.aircraft, distanceKm: km, ...seats }, fleet);
  if (airplane === undefined) {
    const largest = Math.max(...[...fleet.values()].map(capacityOf));
    return rejected('bad_row', `seats is ${row.seats}, but the largest airplane of the fleet has ${largest}`);
  }
  const flight = {
    airlineCode: row.airlineCode,
    flightNumber: `${row.airlineCode}${row.number}`,
    originCode: row.originCode,
    destinationCode: row.destinationCode,
    localDate: formatLocalDate(departureWallMs),
    departsAtMs: times.departsAtMs,
    arrivesAtMs: times.arrivesAtMs,
    ...(row.departureTerminal === undefined ? {} : { departureTerminal: row.departureTerminal }),
    ...(row.arrivalTerminal === undefined ? {} : { arrivalTerminal: row.arrivalTerminal }),
    model: airplane.model,
    fares: faresFor(airplane, { distanceKm: km, departureWallMs, ...seats }),
  };
  return { outcome: 'flight', flight };
}

/**
 * The same flight on another day: it leaves at the same local time and takes as long. Its arrival follows from that,
 * because clocks may have changed at one end in between.
 */
function shifted(written: FlightTimes, departure: LocalMoment): FlightTimes {
  if (written.outcome === 'skipped') return written;
  const [departsAtMs] = instantsOf(departure.wallMs, departure.timeZone);
  if (departsAtMs === undefined) return { outcome: 'skipped', end: 'departure' };
  return { outcome: 'resolved', departsAtMs, arrivesAtMs: departsAtMs + written.arrivesAtMs - written.departsAtMs };
}

function problemOfTimes(minutes: number, km: number): RejectedRow | undefined {
  if (minutes <= 0) {
    const early = `${-minutes} minutes before it departs, or at once`;
    return rejected('arrival_before_departure', `By the clocks of both airports it arrives ${early}`);
  }
  const { min, max } = plausibleBlockMinutes(km);
  if (minutes < min || minutes > max) {
    const range = `${Math.ceil(min)} to ${Math.floor(max)} would be plausible`;
    return rejected('implausible_block_time', `${minutes} minutes for ${Math.round(km)} km; ${range}`);
  }
  return undefined;
}

export function rejected(reason: RejectionReason, detail: string): RejectedRow {
  return { outcome: 'rejected', reason, detail };
}
