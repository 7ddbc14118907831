import { airline, airplane, airport, city } from '@jetbridge/contracts/flights/schemas.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { startTestService } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { addFlight, flightSearchService, numbersFound, useFlightService } from './flight-world.ts';

const layout = { cabin: 'economy', rows: { first: 1, last: 10 }, letters: 'ABC DEF', exitRows: [5] };

/** One of each kind, how it is changed, and what is wrong with it otherwise. */
const kinds = [
  {
    path: '/cities',
    schema: city,
    body: { code: 'ZZA', name: 'Ängelby', country: 'SE' },
    prefix: 'angelby',
    change: { name: 'Ängelstad' },
    wrong: [{ country: 'Sweden' }, { name: '' }, { code: 'zza' }],
  },
  {
    path: '/airports',
    schema: airport,
    body: {
      ...{ code: 'ZZB', cityCode: 'LON', name: 'Ångström Field', city: 'London', country: 'GB' },
      ...{ timeZone: 'Europe/London', latitude: 51.5, longitude: -0.1 },
    },
    prefix: 'angstrom',
    change: { name: 'Field', connectingMinutes: { domesticToDomestic: 45 } },
    wrong: [
      { timeZone: 'Mars/Olympus' },
      { cityCode: 'QQQ' },
      { latitude: 91 },
      { connectingMinutes: { domesticToDomestic: -1 } },
    ],
  },
  {
    path: '/airlines',
    schema: airline,
    body: { code: 'Z9', name: 'Éclair' },
    prefix: 'eclair',
    change: { name: 'Éclair Air' },
    wrong: [{ code: 'Z' }, { name: 17 }],
  },
  {
    path: '/airplanes',
    schema: airplane,
    body: { model: 'Zéphyr 1', registration: 'SE-ZZZ', cabins: [layout] },
    prefix: 'zephyr',
    change: { registration: 'SE-ZZY' },
    wrong: [
      { cabins: [] },
      { cabins: [{ ...layout, letters: 'I' }] },
      { cabins: [layout, layout] },
      { id: 'apl_mine' },
    ],
  },
] as const;

describeOnEachDatabase('changing the catalogue', (database) => {
  const world = useFlightService(database);
  const asAdmin = (more: object = {}) => ({ token: world().issuer.admin().token, ...more });
  const keyOf = (item: { code?: string; id?: string }) => item.code ?? item.id ?? '';

  test.for(kinds)('of $path: added, found, changed, and deleted; each time told', async (kind) => {
    const { url, rows } = world();
    const { path, schema, body, prefix, change } = kind;
    const added = await call(url, `POST ${path}`, asAdmin({ body }));
    expect([added.status, added.headers.get('etag')]).toEqual([201, '"1"']);
    expect(schema.parse(added.body)).toEqual(added.body);
    expect(added.body).toMatchObject(path === '/airplanes' ? { cabins: [{ ...layout, seats: 60 }] } : body);
    const one = `${path}/${keyOf(added.body)}`;
    expect((await call(url, `GET ${path}?q=${prefix}`)).body.data).toEqual([added.body]);

    const changed = await call(url, `PATCH ${one}`, asAdmin({ body: change, headers: { 'If-Match': '"1"' } }));
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.body).toEqual({ ...added.body, ...change });
    const read = await call(url, `GET ${one}`);
    expect([read.body, read.headers.get('etag')]).toEqual([changed.body, '"2"']);
    expect((await call(url, `GET ${one}`, { headers: { 'If-None-Match': '"2"' } })).status).toBe(304);
    for (const request of [`PATCH ${one}`, `DELETE ${one}`] as const) {
      const stale = await call(url, request, {
        ...asAdmin(request.startsWith('PATCH') ? { body: change } : {}),
        headers: { 'If-Match': '"1"' },
      });
      expect(stale.body, request).toMatchObject({ status: 412, code: 'stale' });
    }

    expect((await call(url, `DELETE ${one}`, asAdmin())).status).toBe(204);
    expect((await call(url, `GET ${one}`)).status).toBe(404);
    const events = await rows<{ type: string; envelope: string }>(
      'SELECT type, envelope FROM outbox WHERE subject = ?',
      [keyOf(added.body)],
    );
    expect(events.map(({ type, envelope }) => [type, JSON.parse(envelope).data.action])).toEqual([
      ['catalogue.changed', 'created'],
      ['catalogue.changed', 'updated'],
      ['catalogue.changed', 'deleted'],
    ]);
  });

  test.for(kinds)('of $path is refused for what is wrong, taken, unknown or not allowed', async (kind) => {
    const { url, issuer } = world();
    const { path, body, wrong, change } = kind;
    for (const part of wrong) {
      const refused = await call(url, `POST ${path}`, asAdmin({ body: { ...body, ...part } }));
      expect(refused.body, JSON.stringify(part)).toMatchObject({ status: 422, code: 'invalid_request' });
      expect(refused.body.errors[0].pointer).toMatch(new RegExp(`^/${Object.keys(part)[0]}`));
    }
    const { body: first } = await call(url, `POST ${path}`, asAdmin({ body }));
    expect((await call(url, `POST ${path}`, asAdmin({ body }))).body).toMatchObject({
      status: 409,
      code: 'code_taken',
    });
    await call(url, `DELETE ${path}/${keyOf(first)}`, asAdmin());
    for (const request of [`PATCH ${path}/nothing`, `DELETE ${path}/nothing`, `GET ${path}/__proto__`] as const) {
      const answer = await call(url, request, asAdmin(request.startsWith('PATCH') ? { body: change } : {}));
      expect(answer.status, request).toBe(404);
    }
    const { token } = issuer.user();
    expect((await call(url, `POST ${path}`, { token, body })).status).toBe(403);
    expect((await call(url, `POST ${path}`, { body })).status).toBe(401);
    expect((await call(url, `PATCH ${path}/nothing`, asAdmin({ body: {} }))).status).toBe(422);
  });

  test('what is in use is not deleted, nor are the days of its flights moved', async () => {
    const { url } = world();
    const flight = await addFlight(world(), { originCode: 'BOS', destinationCode: 'KEF' });
    for (const path of [
      '/airports/BOS',
      '/airports/KEF',
      '/airlines/BA',
      '/airplanes/apl_boeing_777_300er',
      '/cities/BOS',
    ]) {
      const refused = await call(url, `DELETE ${path}`, asAdmin());
      expect(refused.body, path).toMatchObject({ status: 409, code: 'in_use' });
      expect((await call(url, `GET ${path}`)).status, path).toBe(200);
    }
    const moved = { body: { timeZone: 'America/Chicago' } };
    expect((await call(url, 'PATCH /airports/BOS', asAdmin(moved))).body).toMatchObject({
      status: 409,
      code: 'in_use',
    });
    const cabins = { body: { cabins: [layout] } };
    const shrunk = await call(url, 'PATCH /airplanes/apl_boeing_777_300er', asAdmin(cabins));
    expect(shrunk.body).toMatchObject({ status: 409, code: 'in_use' });
    expect((await call(url, `GET /flights/${flight.id}`)).body).toEqual(flight);
  });

  test('a new name is shown with flights, and found by searches, in every process', async () => {
    const { url, issuer, seller } = world();
    const settings = { ...database.settings(), WORLD_TIMETABLE: 'off' };
    const services = { AUTH_SERVICE_URL: issuer.url, BOOKING_SERVICE_URL: seller.url };
    const other = await startTestService(flightSearchService, { ...settings, ...services });
    try {
      const { flightNumber } = await addFlight(world(), { originCode: 'ZAG', destinationCode: 'SPU' });
      for (const path of ['/cities/ZAG', '/airports/ZAG']) {
        const body = { name: 'Agram' };
        expect((await call(url, `PATCH ${path}`, asAdmin({ body }))).status).toBe(200);
      }
      for (const at of [url, other.url]) {
        await eventually(async () => {
          expect(await numbersFound({ ...world(), url: at }, 'origin=agram')).toEqual([flightNumber]);
          const { body } = await call(at, 'GET /flights?origin=ZAG');
          expect(body.data[0].origin.name).toBe('Agram');
        });
      }
    } finally {
      await other.stop();
    }
  });

  test('an airport that is deleted while a flight is added to it: one of the two gives way', async () => {
    const { url } = world();
    const airportBody = kinds[1].body;
    for (let round = 0; round < 8; round++) {
      await call(url, 'POST /airports', asAdmin({ body: airportBody }));
      const outcomes = await Promise.all([
        addFlight(world(), { originCode: 'ZZB', destinationCode: 'JFK' }).then(
          (flight) => flight.id as string,
          () => undefined,
        ),
        call(url, 'DELETE /airports/ZZB', asAdmin()).then(({ status }) => status),
      ]);
      const [flightId, deleted] = outcomes;
      expect([flightId !== undefined, deleted]).toEqual(flightId === undefined ? [false, 204] : [true, 409]);
      if (flightId !== undefined) {
        await call(url, `DELETE /flights/${flightId}`, asAdmin());
        await call(url, 'DELETE /airports/ZZB', asAdmin());
      }
    }
  });
});
