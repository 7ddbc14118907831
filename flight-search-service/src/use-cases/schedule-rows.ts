import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { FlightError } from '../domain/errors.ts';
import type { AirportPlace } from '../domain/places/geography.ts';
import { scheduleColumns } from '../domain/schedule/schedule-columns.ts';
import type { RefusedRecord } from '../domain/schedule/schedule-row.ts';
import { ssimRows } from './ssim-rows.ts';

export type ScheduleFormat = 'csv' | 'ndjson' | 'ssim';
export type Rows = AsyncIterable<Readonly<Record<string, unknown>> | RefusedRecord>;

/** The longest line of a schedule; a real one has some hundred characters. */
const maximumLineLength = 10_000;

/** The rows of a schedule in any of the formats. @throws FlightError `unreadable_schedule` while they are read. */
export function rowsOf(source: Readable, format: ScheduleFormat, airports: ReadonlyMap<string, AirportPlace>): Rows {
  if (format === 'ssim') return ssimRows(source, airports);
  return format === 'csv' ? csvRows(source) : jsonRows(source);
}

async function* csvRows(source: Readable): Rows {
  const parser = parse({
    columns: checkHeader,
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maximumLineLength,
  });
  source.on('error', (error) => parser.destroy(error));
  try {
    yield* source.pipe(parser);
  } catch (error) {
    if (error instanceof FlightError) throw error;
    const message = error instanceof Error ? error.message : 'no CSV';
    throw new FlightError('unreadable_schedule', `The CSV can't be read to its end: ${message}`);
  }
}

function checkHeader(header: string[]): string[] {
  const missing = scheduleColumns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new FlightError('unreadable_schedule', `The first line must name the columns; it lacks ${missing.join(', ')}.`);
}

/** A line that is no JSON object is a row without columns, which is rejected as one. */
async function* jsonRows(source: Readable): Rows {
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield parsed(line);
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = line.length > maximumLineLength ? undefined : JSON.parse(line);
    // Any object will do: each column is looked at on its own.
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
