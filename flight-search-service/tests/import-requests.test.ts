import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scheduleImport } from '@jetbridge/contracts/flights/imports.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { numbersFound, useFlightService } from './flight-world.ts';

const sample = readFileSync(join(import.meta.dirname, 'sample-schedule.csv'), 'utf8');
const header = sample.split('\n')[0] ?? '';

describeOnEachDatabase('importing by request', (database) => {
  const world = useFlightService(database);

  async function send(body: string, mediaType: string, token = world().issuer.admin().token) {
    return call(world().url, 'POST /flights/import', { token, body, headers: { 'Content-Type': mediaType } });
  }
  const read = (id: string) => call(world().url, `GET /imports/${id}`, { token: world().issuer.admin().token });
  const ended = (id: string) =>
    eventually(async () => {
      const { body } = await read(id);
      expect(scheduleImport.parse(body)).toEqual(body);
      expect(body.status).not.toBe('running');
      return body;
    });

  test('a CSV is taken, and its rejected rows are told by reason; sent again it doubles nothing', async () => {
    const sent = await send(sample, 'text/csv; charset=utf-8');
    expect(sent.status).toBe(202);
    expect(scheduleImport.parse(sent.body)).toEqual(sent.body);
    const first = await ended(sent.body.id);
    expect(first).toMatchObject({ status: 'succeeded', rows: 17, created: 7, unchanged: 0 });
    expect(
      Object.fromEntries(first.rejected.map((one: { reason: string; count: number }) => [one.reason, one.count])),
    ).toEqual({
      bad_row: 4,
      unknown_airport: 1,
      same_airport: 1,
      skipped_local_time: 1,
      arrival_before_departure: 1,
      implausible_block_time: 1,
      doubled: 1,
    });
    expect(await numbersFound(world(), 'origin=JFK&destination=LHR&date=2026-12-25')).toContain('BA178');
    const again = await ended((await send(sample, 'text/csv')).body.id);
    expect(again).toMatchObject({ status: 'succeeded', created: 0, unchanged: 7 });
    const events = await world().rows("SELECT id FROM outbox WHERE subject = ? AND type = 'schedule.imported'", [
      sent.body.id,
    ]);
    expect(events).toHaveLength(1);
  });

  test('JSON lines are taken; a line that is none is a bad row', async () => {
    const flight = {
      ...{ airline: 'QF', number: '8', origin: 'SYD', destination: 'AKL' },
      ...{ departureLocal: '2027-07-07T10:00', arrivalLocal: '2027-07-07T15:10' },
    };
    const lines = [JSON.stringify(flight), '', '{"airline":', '[]', 'null', '{"__proto__":{"airline":"QF"}}'];
    const { body } = await send(lines.join('\n'), 'application/x-ndjson');
    const done = await ended(body.id);
    expect(done).toMatchObject({
      status: 'succeeded',
      rows: 5,
      created: 1,
      rejected: [{ reason: 'bad_row', count: 4 }],
    });
    expect(await numbersFound(world(), 'origin=SYD&date=2027-07-07')).toEqual(['QF8']);
  });

  test('a file that can not be read says why, and keeps what was stored before', async () => {
    for (const [file, why] of [
      ['from,to\nJFK,LHR\n', /lacks airline, number/],
      [`${header}\n"never closed`, /[Qq]uote/],
    ] as const) {
      const done = await ended((await send(file, 'text/csv')).body.id);
      expect(done).toMatchObject({ status: 'failed', created: 0, failure: expect.stringMatching(why) });
    }
  });

  test('an unknown import is 404', async () => {
    expect((await read('imp_nobody')).body).toMatchObject({ status: 404, code: 'import_not_found' });
  });

  test('only staff, and only CSV or JSON lines', async () => {
    const { url, issuer } = world();
    expect((await send(sample, 'text/csv', issuer.user().token)).status).toBe(403);
    expect((await call(url, 'POST /flights/import', { body: sample })).status).toBe(401);
    expect((await call(url, 'GET /imports/imp_1', { token: issuer.user().token })).status).toBe(403);
    for (const mediaType of ['application/json', 'text/csv; charset=latin1', 'text/plain', 'multipart/form-data']) {
      expect((await send(sample, mediaType)).body, mediaType).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      });
    }
  });

  test('more than 64 MiB is 413', async () => {
    const refused = await send('x'.repeat(67_108_865), 'text/csv').catch(() => undefined);
    // A client that still sends may lose the connection before it reads the answer.
    if (refused) expect(refused.body).toMatchObject({ status: 413, code: 'body_too_large' });
    expect((await send(header, 'text/csv')).status).toBe(202);
  });
});
