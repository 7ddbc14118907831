// `npm run import -- FILE.csv[.gz] [--shift-days N]`, or `FILE.ssim[.gz]`: loads a schedule into the database that the settings name, beside a
// running system or before its first start.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { parse } from 'csv-parse';
import { loadConfig } from './config.ts';
import { createCatalogue } from './db/catalogue.ts';
import { createFlights } from './db/flights.ts';
import type { AirportPlace } from './domain/places/geography.ts';
import { scheduleColumns } from './domain/schedule/schedule-columns.ts';
import { maximumShiftDays } from './domain/schedule/schedule-reader.ts';
import { readSeedFleet } from './seed/seed-files.ts';
import { migrations } from './service.ts';
import { type ImportReport, importSchedule } from './use-cases/import-schedule.ts';
import { type Rows, rowsOf } from './use-cases/schedule-rows.ts';
import { seedCatalogue } from './use-cases/seed-catalogue.ts';

const usage = 'Usage: npm run import -- FILE.csv[.gz] or FILE.ssim[.gz] [--shift-days N]';
type Airports = ReadonlyMap<string, AirportPlace>;

const barWidth = 30;
const firstLine = `first line must name the columns ${scheduleColumns.join(',')}`;

try {
  await main();
} catch (error) {
  const known = error instanceof SettingsError || (error instanceof Error && 'code' in error);
  console.error(known ? `\n${error.message}` : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  // Not by Node's option, which tells everybody who has no such file about it.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { file, shiftDays } = readArguments();
  const startedAt = performance.now();
  const log = createLogger({ service: 'import', level: 'warn' });
  const database = await openDatabase(loadConfig(process.env).profile.database, log);
  try {
    await migrate(database, migrations, log);
    const catalogue = createCatalogue(database);
    await seedCatalogue(database, catalogue);
    const parts = { database, catalogue, flights: createFlights(database), fleet: readSeedFleet() };
    const { rowsFor, readShare } = readRows(file);
    const onProgress = (soFar: ImportReport) => drawProgress(readShare(), soFar.rows, startedAt);
    const report = await importSchedule(parts, rowsFor, { shiftDays, onProgress });
    printReport(report, (performance.now() - startedAt) / 1_000);
  } finally {
    await database.close();
  }
}

function readArguments(): { file: string; shiftDays: number } {
  const { values, positionals } = parseOptions();
  const [file, ...others] = positionals;
  const shiftDays = Number(values['shift-days'] ?? 0);
  if (file === undefined || others.length > 0 || !Number.isInteger(shiftDays)) return endWithUsage();
  if (Math.abs(shiftDays) <= maximumShiftDays) return { file, shiftDays };
  throw unusable(`--shift-days must be from -${maximumShiftDays} to ${maximumShiftDays}, not ${shiftDays}.`);
}

function parseOptions() {
  try {
    return parseArgs({ allowPositionals: true, options: { 'shift-days': { type: 'string' } } });
  } catch {
    return endWithUsage();
  }
}

function endWithUsage(): never {
  console.error(usage);
  return process.exit(2);
}

/** An error that the person who gave the file or the options can mend. */
function unusable(message: string): Error {
  return Object.assign(new Error(message), { code: 'unusable' });
}

/** The rows of a file, unpacked on the way; `readShare` says how much of the file has been read, from 0 to 1. */
function readRows(file: string) {
  const size = statSync(file).size;
  const isSsim = /\.ssim(?:\.gz)?$/i.test(file);
  if (size === 0) throw unusable(isSsim ? `${file} is empty.` : `${file} is empty. Its ${firstLine}.`);
  const source = createReadStream(file);
  const text = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const readShare = () => source.bytesRead / size;
  if (isSsim) {
    // What goes wrong with the file reaches the text, and by that whoever reads its lines.
    source.on('error', (error) => text.destroy(error));
    return { rowsFor: (airports: Airports) => readableOrNot(file, rowsOf(text, 'ssim', airports)), readShare };
  }
  const parser = text.pipe(
    parse({ columns: checkHeader, bom: true, skip_empty_lines: true, relax_column_count: true }),
  );
  const breakOff = ({ message }: Error) => parser.destroy(unusable(`${file} can't be read to its end: ${message}`));
  for (const stream of [source, text]) stream.on('error', breakOff);
  return { rowsFor: () => parser, readShare };
}

/** The rows of a file; what is wrong with it, said with its name. */
async function* readableOrNot(file: string, rows: Rows): Rows {
  try {
    yield* rows;
  } catch (error) {
    throw unusable(`${file} can't be read to its end: ${error instanceof Error ? error.message : error}`);
  }
}

function checkHeader(header: string[]): string[] {
  const missing = scheduleColumns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw unusable(`The ${firstLine}; it lacks ${missing.join(', ')}.`);
}

function drawProgress(share: number, rows: number, startedAt: number): void {
  if (!process.stdout.isTTY) return;
  const filled = Math.round(share * barWidth);
  const seconds = (performance.now() - startedAt) / 1_000;
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  process.stdout.write(`\r${bar} ${format(rows)} rows, ${format(rows / seconds)}/s `);
}

function printReport({ rows, created, unchanged, rejected, newAirlines }: ImportReport, seconds: number): void {
  const refused = rows - created - unchanged;
  const memory = process.resourceUsage().maxRSS / 1_024;
  console.log(`\n${format(rows)} rows in ${seconds.toFixed(1)} s, ${Math.round(memory)} MB of memory at most
  ${format(created).padStart(9)} flights added
  ${format(unchanged).padStart(9)} were in the schedule already
  ${format(refused).padStart(9)} rows rejected`);
  for (const [reason, { count, examples }] of rejected) {
    console.log(`            ${format(count)} × ${reason}`);
    for (const { row, detail } of examples) console.log(`              row ${row}: ${detail}`);
  }
  if (newAirlines.length > 0) {
    console.log(`Airlines that were unknown, added under their code: ${newAirlines.join(', ')}`);
  }
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
