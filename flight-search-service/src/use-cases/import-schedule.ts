import type { Airport } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import type { Fleet } from '../domain/fleet/airplane-type.ts';
import type { FlightDraft } from '../domain/schedule/flight-draft.ts';
import { createScheduleReader } from '../domain/schedule/schedule-reader.ts';
import { RefusedRecord, type RejectionReason } from '../domain/schedule/schedule-row.ts';
import { importDeed } from '../messaging/flight-deeds.ts';
import type { Rows } from './schedule-rows.ts';
import { announceFlights, flightsPerBatch, storeFlights } from './store-flights.ts';

export type ImportParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly fleet: Fleet;
};

/** What an import did. */
export type ImportReport = {
  readonly rows: number;
  readonly created: number;
  /** Flights that were in the schedule already, and stay as they are. */
  readonly unchanged: number;
  /** Rows refused, by reason, with the first few of each. */
  readonly rejected: ReadonlyMap<RejectionReason, { count: number; examples: { row: number; detail: string }[] }>;
  readonly newAirlines: readonly string[];
};

/** Rejections of one reason that are told in full. */
const maximumExamples = 5;

/**
 * Loads a schedule row by row, committing every thousand flights, so that sales go on and nothing is lost when it breaks
 * off. Running it again adds what is missing and doubles nothing.
 * @param rowsFor gives the rows of the file; some formats need the airports to make rows of what they say.
 * @param options.actor who loads it, unless somebody does at a command line.
 * @param options.onProgress called with what was done so far, after each commit.
 */
export async function importSchedule(
  parts: ImportParts,
  rowsFor: (airports: ReadonlyMap<string, Airport>) => Rows,
  options: {
    shiftDays: number;
    importId?: string;
    actor?: string;
    onProgress?: (soFar: ImportReport) => void | Promise<void>;
  },
): Promise<ImportReport> {
  const airports = new Map((await parts.catalogue.all('airport')).map((airport) => [airport.code, airport]));
  const airlineCodes = new Set((await parts.catalogue.all('airline')).map(({ code }) => code));
  const reader = createScheduleReader({ airports, fleet: parts.fleet, shiftDays: options.shiftDays, airlineCodes });
  const rejected: Map<RejectionReason, { count: number; examples: { row: number; detail: string }[] }> = new Map();
  const counts = { rows: 0, created: 0, stored: 0 };
  let batch: FlightDraft[] = [];

  async function storeBatch(): Promise<void> {
    // The code is the only name we know; an administrator may give a better one.
    const newAirlines = reader.newAirlineCodes().map((code) => ({ code, name: code }));
    counts.created += await storeFlights(parts, batch, newAirlines);
    counts.stored += batch.length;
    batch = [];
    await options.onProgress?.(report());
  }

  function report(): ImportReport {
    const { rows: read, created, stored } = counts;
    return { rows: read, created, unchanged: stored - created, rejected, newAirlines: reader.newAirlineCodes() };
  }

  for await (const row of rowsFor(airports)) {
    counts.rows += 1;
    const reading = row instanceof RefusedRecord ? row.reading : reader.read(row);
    if (reading.outcome === 'flight') {
      batch.push(reading.flight);
      if (batch.length === flightsPerBatch) await storeBatch();
      continue;
    }
    const entry = rejected.get(reading.reason) ?? { count: 0, examples: [] };
    entry.count += 1;
    if (entry.examples.length < maximumExamples) entry.examples.push({ row: counts.rows, detail: reading.detail });
    rejected.set(reading.reason, entry);
  }
  await storeBatch();
  const done = report();
  const told = { created: done.created, rejected: counts.rows - counts.stored };
  const importId = options.importId ?? newId('imp');
  await announceFlights(parts.database, importId, told, [importDeed(importId, options.actor, told)]);
  return done;
}
