import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { type TemporaryFolder, temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { type Neighbours, startNeighbours } from '../sales-world/neighbours.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';
import { movedDay, type ScheduleFile, shiftIntoFuture, writeShare } from './schedule-file.ts';

const projectFolder = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** As `npm run import` runs it. */
const importFlags = ['--max-old-space-size=128', '--max-semi-space-size=4'];

/** As `ecosystem.config.js` runs the service. */
const serviceFlags = ['--max-semi-space-size=8'];

/** A schedule in a database of its own, and what searches it. */
export type SearchWorld = {
  readonly folder: string;
  /** By how much the days of the file were moved. */
  readonly shiftDays: number;
  readonly startService: () => Promise<ServiceProcess>;
  /** Of staff who may change flights. */
  readonly staffToken: string;
  /** Another program that answers searches, with the settings of the service. */
  readonly startProgram: (script: string, more?: Record<string, string>) => Promise<ServiceProcess>;
  /** How long the service said that it took to load the schedule. */
  readonly loadMs: () => number;
  readonly stop: () => Promise<void>;
};

/**
 * Imports a schedule of so many flights: a share of the file where it has more, the file several times, each time two weeks
 * or more later, where it has fewer.
 */
export async function openSearchWorld(options: {
  file: ScheduleFile;
  flights: number;
  say: (sentence: string) => void;
}): Promise<SearchWorld> {
  const { file, flights, say } = options;
  const folder = temporaryFolder('search');
  const neighbours = await startNeighbours();
  const settings = {
    ...neighbours.settings,
    DATA_DIR: folder.path,
    NODE_ENV: 'test',
    EVENTS: 'feed',
    WORLD_TIMETABLE: 'off',
    INTERNAL_SECRET: testInternalSecret,
    LOG_LEVEL: 'info',
  };
  const shiftDays = shiftIntoFuture(file, Date.now());
  await importFlights({ file, flights, folder, settings, shiftDays, say });
  const logFile = join(folder.path, 'service.log');

  const start = async (script: string, log: string, flags: readonly string[], more: Record<string, string>) => {
    const port = await freePort();
    const environment = { ...settings, ...more, FLIGHT_PORT: String(port) };
    return startServiceProcess({ script, port, logFile: log, flags, environment });
  };
  return {
    folder: folder.path,
    shiftDays,
    staffToken: neighbours.tokens.admin().token,
    startService: () => start('flight-search-service/src/main.ts', logFile, serviceFlags, {}),
    startProgram: (script, more = {}) => start(script, join(folder.path, 'program.log'), [], more),
    loadMs: () => loadMsIn(readFileSync(logFile, 'utf8')),
    stop: () => close(neighbours, folder),
  };
}

async function close(neighbours: Neighbours, folder: TemporaryFolder): Promise<void> {
  await neighbours.stop();
  folder.remove();
}

async function importFlights(options: {
  file: ScheduleFile;
  flights: number;
  folder: TemporaryFolder;
  settings: Record<string, string>;
  shiftDays: number;
  say: (sentence: string) => void;
}): Promise<void> {
  const { file, folder, settings, say } = options;
  const spanDays = spanOf(file);
  let missing = options.flights;
  for (let copy = 0; missing > 0; copy++) {
    const share = Math.min(missing, file.flights.length);
    const path = join(folder.path, 'share.csv');
    writeShare(file, share, path);
    const shift = options.shiftDays + copy * spanDays;
    say(`Importing ${share.toLocaleString('en')} flights, ${shift} days later …`);
    const program = join(projectFolder, 'flight-search-service/src/import-schedule.ts');
    await run(process.execPath, [...importFlags, program, path, '--shift-days', String(shift)], {
      env: { PATH: process.env.PATH, ...settings },
      cwd: folder.path,
    });
    missing -= share;
  }
}

/** Whole weeks that hold all days of the file, so that copies do not overlap and keep their weekdays. */
function spanOf({ flights }: ScheduleFile): number {
  const days = [...new Set(flights.map(({ date }) => date))].toSorted();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  let weeks = 1;
  while (movedDay(first, weeks * 7) <= last) weeks += 1;
  return weeks * 7;
}

function loadMsIn(log: string): number {
  const durations = log.split('\n').flatMap((line) => {
    if (!line.includes('the schedule in memory is that of the database')) return [];
    const { durationMs }: { durationMs?: number } = JSON.parse(line);
    return durationMs ?? [];
  });
  return durations[0] ?? Number.NaN;
}
