import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scheduleImport } from '@jetbridge/contracts/flights/imports.ts';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useFlightService } from './flight-world.ts';
import { runImport } from './schedule-program.ts';

const samplePath = join(import.meta.dirname, 'sample-schedule.ssim');
const sample = readFileSync(samplePath, 'latin1');

describeOnEachDatabase('importing SSIM by request', (database) => {
  const world = useFlightService(database);

  async function load(file: string) {
    const { token } = world().issuer.admin();
    const headers = { 'Content-Type': 'application/x-ssim' };
    const sent = await call(world().url, 'POST /flights/import', { token, body: file, headers });
    expect(sent.status).toBe(202);
    return eventually(async () => {
      const { body } = await call(world().url, `GET /imports/${sent.body.id}`, { token });
      expect(scheduleImport.parse(body)).toEqual(body);
      expect(body.status).not.toBe('running');
      return body;
    });
  }
  let report: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    report = await load(sample);
  });
  async function flightsOf(flightNumber: string): Promise<Flight[]> {
    const query = `airline=${flightNumber.slice(0, 2)}&limit=200`;
    const { body } = await call(world().url, `GET /flights?${query}`);
    return body.data.filter((flight: Flight) => flight.flightNumber === flightNumber);
  }
  const times = async (flightNumber: string) =>
    (await flightsOf(flightNumber)).map(({ departureLocal, departureTime, arrivalTime }) =>
      [departureLocal, departureTime, arrivalTime].join(' '),
    );

  test('its legs become dated flights, and what can not be taken is told by line and reason', () => {
    expect(report).toMatchObject({ status: 'succeeded', created: 17 });
    const reasons = report.rejected.map((one: { reason: string; examples: { detail: string }[] }) => [
      one.reason,
      one.examples.map(({ detail }) => detail),
    ]);
    expect(Object.fromEntries(reasons)).toEqual({
      not_for_passengers: ['line 8: its service type is "F"'],
      unknown_airport: ['line 9: ZZZ is not an airport of the catalogue'],
      unknown_aircraft: ['line 10: "TRN" is no aircraft of the fleet that carries passengers'],
      bad_row: [
        'line 11: the last day (bytes 22–28) is "31FEB27"; it should be a day, or 00XXX00',
        expect.stringMatching(/^line 12: the arrival .* is "CDG25152515"/),
        'line 18: the terminal (bytes 53–54) is "t1"; it should be blank, or like 4 or 2E',
        expect.stringMatching(/^line 19: it has 17 characters, not 200/),
      ],
      codeshare: ['line 13: another airline flies it (data element 50)'],
      skipped_local_time: [expect.stringMatching(/departure never comes/)],
    });
  });

  test('days 1357 are Monday, Wednesday, Friday and Sunday, and the wall clock stays when clocks change', async () => {
    const written = await times('BA178');
    expect(written.map((one) => one.slice(0, 16))).toEqual(
      [8, 10, 12, 14, 15, 17, 19, 21].map((day) => `2027-03-${String(day).padStart(2, '0')}T18:00`),
    );
    expect(written[2]).toBe('2027-03-12T18:00 2027-03-12T23:00:00Z 2027-03-13T06:10:00Z');
    expect(written[3]).toBe('2027-03-14T18:00 2027-03-14T22:00:00Z 2027-03-15T06:10:00Z');
    const [first] = await flightsOf('BA178');
    expect(first?.airplane.model).toMatch(/777-300/);
    expect(first?.fares.reduce((sum, { seats }) => sum + seats, 0)).toBe(250);
  });

  test('terminals stand behind the times of either end, where they are known', async () => {
    const terminalsOf = async (flightNumber: string) => {
      const [first] = await flightsOf(flightNumber);
      const { body } = await call(world().url, `GET /flights/${first?.id}`);
      return [body.departureTerminal, body.arrivalTerminal];
    };
    expect(await terminalsOf('BA178')).toEqual(['8', '5']);
    expect(await terminalsOf('BA15')).toEqual(['2E', undefined]);
    expect(await terminalsOf('BA316')).toEqual([undefined, undefined]);
  });

  test('of a file in UTC the instant stays, and the wall clock moves', async () => {
    expect(await times('VS26')).toEqual([
      '2027-03-13T07:00 2027-03-13T12:00:00Z 2027-03-13T19:00:00Z',
      '2027-03-14T08:00 2027-03-14T12:00:00Z 2027-03-14T19:00:00Z',
    ]);
  });

  test('the second leg of a flight counts its days from the first departure', async () => {
    const legs = await flightsOf('BA15');
    expect(
      legs.map(({ origin, destination, departureLocal, arrivalLocal }) =>
        [origin.code, destination.code, departureLocal, arrivalLocal].join(' '),
      ),
    ).toEqual(['LHR SIN 2027-03-02T21:20 2027-03-03T18:20', 'SIN SYD 2027-03-03T19:45 2027-03-04T06:55']);
  });

  test('every other week, until the end that the carrier record says', async () => {
    expect((await times('BA304A')).map((one) => one.slice(0, 10))).toEqual(['2027-03-01', '2027-03-15']);
  });

  test('a flight that others also sell is taken; on the days around the skipped hour the others are', async () => {
    expect(await times('BA316')).toHaveLength(1);
    expect((await times('BA317')).map((one) => one.slice(0, 10))).toEqual(['2027-03-13', '2027-03-15']);
  });

  test('sent again it doubles nothing', async () => {
    expect(await load(sample)).toMatchObject({ status: 'succeeded', created: 0, unchanged: 17 });
  });

  test.for([
    ['another file', 'airline,number\nBA,1\n', /must begin with 1AIRLINE STANDARD/],
    ['one without its end', sample.split('\r\n').slice(0, 8).join('\r\n'), /without a trailer/],
    ['legs without a carrier', sample.split('\r\n').toSpliced(2, 1).join('\r\n'), /behind a record of its carrier/],
    ['no lines at all', 'x'.repeat(20_000), /no records/],
    ['another time mode', sample.replace('\n2L', '\n2X'), /time mode/],
  ] as const)('%s fails with a sentence', async ([, file, message]) => {
    expect(await load(file)).toMatchObject({ status: 'failed', failure: expect.stringMatching(message) });
  });
});

describe('npm run import of SSIM', () => {
  const folder = temporaryFolder('ssim');
  afterAll(() => folder.remove());
  const settings = { NODE_ENV: 'test', DATA_DIR: join(folder.path, 'data') };

  test('takes it by its name, also packed, and shifts it', async () => {
    const packed = join(folder.path, 'winter.ssim.gz');
    writeFileSync(packed, gzipSync(Buffer.from(sample, 'latin1')));
    const first = await runImport(settings, [samplePath]);
    expect(first).toMatchObject({ exitCode: 0, errors: '' });
    expect(first.output).toMatch(/ 17 flights added/);
    expect(first.output).toMatch(/1 × unknown_aircraft\n +row \d+: line 10: "TRN"/);
    expect((await runImport(settings, [packed])).output).toMatch(/ 0 flights added\n +17 were in the schedule/);
    expect((await runImport(settings, [packed, '--shift-days', '364'])).output).toMatch(/ 1[678] flights added/);
  });

  test('of a packed file that ends early it says so', async () => {
    const half = join(folder.path, 'half.ssim.gz');
    writeFileSync(half, gzipSync(Buffer.from(sample, 'latin1')).subarray(0, 200));
    const { exitCode, errors } = await runImport(settings, [half]);
    expect([exitCode, errors]).toEqual([
      1,
      expect.stringMatching(/half\.ssim\.gz can't be read to its end: unexpected/),
    ]);
  });
});
