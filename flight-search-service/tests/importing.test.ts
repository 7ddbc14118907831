import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { startTestService } from '@jetbridge/testing/service.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flightSearchService, openOwnDatabase } from './flight-world.ts';
import { type ProgramRun, runImport } from './schedule-program.ts';

const sample = join(import.meta.dirname, 'sample-schedule.csv');
const folder = temporaryFolder('schedules');
afterAll(() => folder.remove());

function fileOf(name: string, content: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const header = readFileSync(sample, 'utf8').split('\n')[0] ?? '';

/** So many flights JFK to LHR of one summer, each a row. */
function manyRows(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const day = String((index % 28) + 1).padStart(2, '0');
    return `VS,${Math.floor(index / 28) + 1},JFK,LHR,2027-06-${day}T10:00,2027-06-${day}T22:00,,,`;
  });
  return [header, ...rows].join('\n');
}

describeOnEachDatabase('importing a schedule', (database) => {
  const settings = () => ({ WORLD_TIMETABLE: 'off', ...database.settings() });
  let first: ProgramRun;

  async function rows<Row extends object>(sql: string): Promise<Row[]> {
    const own = await openOwnDatabase(settings());
    try {
      return await own.sequelize.query<Row>(sql, { type: QueryTypes.SELECT });
    } finally {
      await own.close();
    }
  }
  const keys = async () =>
    (await rows<{ schedule_key: string }>('SELECT schedule_key FROM flights ORDER BY schedule_key')).map(
      (row) => row.schedule_key,
    );

  beforeAll(async () => {
    first = await runImport(settings(), [sample]);
  });

  test('it needs no running system, counts what it did, and names what it refused with the reason', () => {
    expect(first).toMatchObject({ exitCode: 0, errors: '' });
    for (const line of [
      /17 rows in/,
      / 7 flights added/,
      / 0 were in the schedule already/,
      / 10 rows rejected/,
      /4 × bad_row/,
      /row 14: departureLocal is "25\/12\/2026 18:00"; it should be/,
      /1 × unknown_airport\n.*row 9: ZZZ is not an airport/,
      /1 × same_airport/,
      /1 × skipped_local_time/,
      /1 × arrival_before_departure/,
      /1 × implausible_block_time/,
      /1 × doubled\n.*row 8: An earlier row has BA178 JFK 2026-12-25 already/,
      /added under their code: Q9, X9/,
    ]) {
      expect(first.output).toMatch(line);
    }
  });

  test('what it added is found by local day, with seats, prices and airlines, and is told once', async () => {
    expect(await keys()).toEqual([
      'AS44 BET 2026-12-22',
      'BA177 LHR 2026-12-25',
      'BA178 JFK 2026-12-25',
      'HA445 HNL 2026-12-24',
      'NZ10 AKL 2026-12-25',
      'Q91 DEL 2026-12-25',
      'X97 JFK 2026-12-25',
    ]);
    const running = await startTestService(flightSearchService, settings());
    try {
      const found = await call(running.url, 'GET /flights?origin=HNL&destination=AKL&date=2026-12-24');
      expect(found.body.data).toMatchObject([
        { flightNumber: 'HA445', departureTime: '2026-12-25T00:00:00Z', arrivalTime: '2026-12-25T09:55:00Z' },
      ]);
      const small = await call(running.url, 'GET /flights?origin=BET&destination=ANC&date=2026-12-22');
      const seats = small.body.data[0].fares.reduce((sum: number, fare: { seats: number }) => sum + fare.seats, 0);
      expect(seats).toBe(99);
      expect((await call(running.url, 'GET /airlines/Q9')).body).toEqual({ code: 'Q9', name: 'Q9' });
    } finally {
      await running.stop();
    }
    const told = await rows<{ envelope: string }>("SELECT envelope FROM outbox WHERE type = 'schedule.imported'");
    const deeds = await rows<{ envelope: string }>("SELECT envelope FROM outbox WHERE type = 'audit.recorded'");
    expect(deeds.map(({ envelope }) => JSON.parse(envelope).data.action)).toEqual(told.map(() => 'schedule.imported'));
    expect(told.map(({ envelope }) => JSON.parse(envelope).data)).toMatchObject([{ created: 7, rejected: 10 }]);
  });

  test('a second run doubles nothing', async () => {
    const before = await keys();
    const second = await runImport(settings(), [sample]);
    expect(second.exitCode).toBe(0);
    expect(second.output).toMatch(/ 0 flights added\n +7 were in the schedule already/);
    expect(await keys()).toEqual(before);
    const fares = await rows<{ count: number }>('SELECT COUNT(*) AS count FROM fares GROUP BY flight_id, cabin');
    expect(fares.every(({ count }) => Number(count) === 1)).toBe(true);
  });

  test('--shift-days moves the departures, which keep their local time and their length over a change of clocks', async () => {
    const gzipped = fileOf(
      'summer.csv.gz',
      gzipSync(`${header}\nBA,300,JFK,LHR,2027-03-10T10:00,2027-03-10T22:00,,,\n`),
    );
    const shifted = await runImport(settings(), [gzipped, '--shift-days', '7']);
    expect(shifted.output).toMatch(/ 1 flights added/);
    const [flight] = await rows<{ local_date: string; departs_at_ms: number; arrives_at_ms: number }>(
      "SELECT local_date, departs_at_ms, arrives_at_ms FROM flights WHERE flight_number = 'BA300'",
    );
    // Seven hours, as on the day before the clocks of New York changed; by now it leaves at 14:00 UTC, not at 15:00.
    expect(flight?.local_date).toBe('2027-03-17');
    expect(new Date(Number(flight?.departs_at_ms)).toISOString()).toBe('2027-03-17T14:00:00.000Z');
    expect(Number(flight?.arrives_at_ms) - Number(flight?.departs_at_ms)).toBe(7 * 3_600_000);
  });

  test('a file that breaks after 2,500 rows leaves the thousands before it in the schedule; mended, it adds the rest', async () => {
    const count = async () =>
      Number(
        (await rows<{ count: number }>("SELECT COUNT(*) AS count FROM flights WHERE airline_code = 'VS'"))[0]?.count,
      );
    const whole = manyRows(2_500);
    const broken = fileOf('broken-late.csv', `${whole}\n"never closed`);
    const failed = await runImport(settings(), [broken]);
    expect(failed.exitCode).toBe(1);
    expect(failed.errors).toMatch(/[Qq]uote/);
    expect(await count()).toBe(2_000);
    const mended = await runImport(settings(), [fileOf('mended.csv', whole)]);
    expect(mended.output).toMatch(/500 flights added\n +2,000 were in the schedule already/);
    expect(await count()).toBe(2_500);
  });
});

describe('an import that can not be done', () => {
  const settings = () => ({ NODE_ENV: 'test', DATA_DIR: join(folder.path, 'data') });
  const readable = (errors: string) => {
    expect(errors.trim()).not.toBe('');
    expect(errors).not.toMatch(/\n\s+at /);
  };

  test.for([
    ['a file that is not there', () => [join(folder.path, 'nowhere.csv')], /nowhere\.csv/],
    ['a folder', () => [folder.path], /director/i],
    ['an empty file', () => [fileOf('empty.csv', '')], /lacks|first line/],
    ['another header', () => [fileOf('header.csv', 'from,to\nJFK,LHR\n')], /it lacks airline, number/],
    ['an open quote', () => [fileOf('quote.csv', `${header}\n"BA,1\n`)], /[Qq]uote/],
    [
      'a gzip that is none',
      () => [fileOf('none.csv.gz', 'airline,number')],
      /none\.csv\.gz can't be read to its end: .*header/,
    ],
    [
      'a gzip that ends early',
      () => [fileOf('half.csv.gz', gzipSync(manyRows(500)).subarray(0, 600))],
      /half\.csv\.gz can't be read to its end: unexpected end of file/,
    ],
    ['a shift that is too far', () => [sample, '--shift-days', '99999'], /shift/],
  ] as const)('%s ends with a sentence and exit code 1', async ([, parameters, message]) => {
    const { exitCode, errors } = await runImport(settings(), parameters());
    expect(errors).toMatch(message);
    readable(errors);
    expect(exitCode).toBe(1);
  });

  test.for([[[]], [['a.csv', 'b.csv']], [[sample, '--shift-days', 'soon']], [[sample, '--shift']]] as const)(
    'wrong parameters %j are answered with the usage',
    async ([parameters]) => {
      const { exitCode, errors } = await runImport(settings(), parameters);
      expect(errors).toMatch(/Usage: npm run import/);
      readable(errors);
      expect(exitCode).toBe(2);
    },
  );

  test('settings that are wrong are named', async () => {
    const { exitCode, errors } = await runImport({ ...settings(), FLIGHT_DATABASE_URL: 'nonsense' }, [sample]);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(/FLIGHT_DATABASE_URL/);
    readable(errors);
  });
});
