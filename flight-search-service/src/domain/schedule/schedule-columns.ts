import { parseLocalDateTime, type WallMs } from '../places/local-time.ts';

/** The columns that every schedule file has, and the keys of a line of NDJSON. */
export const scheduleColumns = [
  'airline',
  'number',
  'origin',
  'destination',
  'departureLocal',
  'arrivalLocal',
  'aircraft',
  'seats',
  'distanceMiles',
] as const;

/** Columns that a file may have beside them. */
export const optionalColumns = ['departureTerminal', 'arrivalTerminal'] as const;

const allColumns = [...scheduleColumns, ...optionalColumns];
export type ScheduleColumn = (typeof allColumns)[number];

/** A row of a schedule as it comes: text from CSV; numbers and more from NDJSON. */
export type ScheduleRow = Readonly<Partial<Record<ScheduleColumn, unknown>>>;

/** A row whose columns are well-formed. */
export type ParsedRow = {
  readonly airlineCode: string;
  readonly number: string;
  readonly originCode: string;
  readonly destinationCode: string;
  readonly departureWallMs: WallMs;
  readonly arrivalWallMs: WallMs;
  /** Empty when the row names no airplane. */
  readonly aircraft: string;
  readonly seats?: number;
  readonly departureTerminal?: string;
  readonly arrivalTerminal?: string;
};

/** One or two letters or digits (IATA SSIM), or nothing where it is not known. */
const terminalRule = { pattern: /^[A-Z0-9]{0,2}$/, right: 'a terminal like 4 or 2E, or empty' };

/** What each column must look like. `distanceMiles` is only checked: distances come from the airports' positions. */
const columnRules = {
  airline: { pattern: /^(?:[A-Z][A-Z0-9]|[0-9][A-Z])$/, right: 'two characters like BA' },
  number: { pattern: /^0{0,3}[1-9]\d{0,3}[A-Z]?$/, right: '1 to 4 digits like 178, and one letter at most' },
  origin: { pattern: /^[A-Z0-9]{3}$/, right: 'an airport code like JFK' },
  destination: { pattern: /^[A-Z0-9]{3}$/, right: 'an airport code like LHR' },
  departureLocal: { pattern: /^.{16}$/, right: 'a local time that exists, like 2026-12-22T15:46' },
  arrivalLocal: { pattern: /^.{16}$/, right: 'a local time that exists, like 2026-12-22T16:55' },
  aircraft: { pattern: /^.{0,60}$/, right: 'the name of an airplane, or empty' },
  seats: { pattern: /^(?:[1-9]\d{0,2})?$/, right: 'a whole number from 1 to 999, or empty' },
  distanceMiles: { pattern: /^(?:\d{1,5}(?:\.\d{1,3})?)?$/, right: 'a number of miles, or empty' },
  departureTerminal: terminalRule,
  arrivalTerminal: terminalRule,
} as const satisfies Record<ScheduleColumn, { pattern: RegExp; right: string }>;

/** How much of a wrong value is repeated. */
const maximumEcho = 40;

/** Reads the columns of a row; of a row that is malformed, what is wrong with its first wrong column. */
export function parseScheduleColumns(row: ScheduleRow): ParsedRow | { problem: string } {
  const wrong = allColumns.find((column) => !columnRules[column].pattern.test(textOf(row[column])));
  if (wrong !== undefined) {
    return problemOf(wrong, row);
  }
  const departureWallMs = parseLocalDateTime(textOf(row.departureLocal));
  const arrivalWallMs = parseLocalDateTime(textOf(row.arrivalLocal));
  if (departureWallMs === undefined || arrivalWallMs === undefined) {
    return problemOf(departureWallMs === undefined ? 'departureLocal' : 'arrivalLocal', row);
  }
  const seats = textOf(row.seats);
  const departureTerminal = textOf(row.departureTerminal);
  const arrivalTerminal = textOf(row.arrivalTerminal);
  return {
    airlineCode: textOf(row.airline),
    number: textOf(row.number).replace(/^0+/, ''),
    originCode: textOf(row.origin),
    destinationCode: textOf(row.destination),
    departureWallMs,
    arrivalWallMs,
    aircraft: textOf(row.aircraft),
    ...(seats === '' ? {} : { seats: Number(seats) }),
    ...(departureTerminal === '' ? {} : { departureTerminal }),
    ...(arrivalTerminal === '' ? {} : { arrivalTerminal }),
  };
}

function problemOf(column: ScheduleColumn, row: ScheduleRow): { problem: string } {
  const found = textOf(row[column]).slice(0, maximumEcho);
  return { problem: `${column} is "${found}"; it should be ${columnRules[column].right}` };
}

/** Anything but text and numbers counts as not given. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
