import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A row of the schedule as far as questions are made of it. */
export type ScheduledFlight = {
  readonly line: string;
  readonly origin: string;
  readonly destination: string;
  /** Local day of departure. */
  readonly date: string;
};

/** A schedule file, read whole. */
export type ScheduleFile = { readonly header: string; readonly flights: readonly ScheduledFlight[] };

/** Reads a file as `npm run import` takes it. @throws Error when it has no such columns. */
export async function readScheduleFile(path: string): Promise<ScheduleFile> {
  const source = createReadStream(path);
  const lines = createInterface({ input: path.endsWith('.gz') ? source.pipe(createGunzip()) : source });
  let header: string | undefined;
  let columns: string[] = [];
  const flights: ScheduledFlight[] = [];
  for await (const line of lines) {
    if (header === undefined) {
      header = line;
      columns = line.split(',');
      continue;
    }
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const date = cell('departureLocal').slice(0, 10);
    flights.push({ line, origin: cell('origin'), destination: cell('destination'), date });
  }
  if (header === undefined || !columns.includes('departureLocal')) throw new Error(`${path} is no schedule.`);
  return { header, flights };
}

/** Writes so many of the flights into a file, evenly drawn from all of them, so that each day and airport keeps its share. */
export function writeShare(file: ScheduleFile, count: number, path: string): void {
  const { header, flights } = file;
  const step = flights.length / count;
  const lines = Array.from({ length: Math.min(count, flights.length) }, (_, index) => {
    return flights[Math.floor(index * Math.max(1, step))]?.line ?? '';
  });
  writeFileSync(path, `${[header, ...lines].join('\n')}\n`);
}

const dayMs = 86_400_000;

/** Days, in whole weeks, by which the schedule must move so that all of it lies at least a month ahead. */
export function shiftIntoFuture({ flights }: ScheduleFile, nowMs: number): number {
  const firstMs = Math.min(...[...new Set(flights.map(({ date }) => date))].map((date) => Date.parse(date)));
  return Math.max(0, Math.ceil((nowMs + 30 * dayMs - firstMs) / (7 * dayMs)) * 7);
}

/** A day moved. */
export const movedDay = (date: string, days: number) =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
