import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { addFlight, buildNewFlight, useFlightService } from './flight-world.ts';

const terminals = { departureTerminal: '8', arrivalTerminal: '2E' } as const;

describeOnEachDatabase('terminals', (database) => {
  const world = useFlightService(database);

  const asAdmin = (request: Parameters<typeof call>[1], body: unknown, headers = {}) =>
    call(world().url, request, { token: world().issuer.admin().token, body, headers });
  const read = async (id: string) => (await call(world().url, `GET /flights/${id}`)).body;
  const forSale = async (id: string) => {
    const token = internalToken('booking-service', 'flight-search-service');
    return (await call(world().url, `GET /internal/flights/${id}`, { token })).body.flight;
  };
  const told = async (subject: string, type: string) =>
    (
      await world().rows<{ envelope: string }>(
        'SELECT envelope FROM outbox WHERE subject = ? AND type = ? ORDER BY id',
        [subject, type],
      )
    ).map(({ envelope }) => JSON.parse(envelope).data);
  const deedsOn = async (id: string) =>
    (await world().rows<{ envelope: string }>("SELECT envelope FROM outbox WHERE type = 'audit.recorded' ORDER BY id"))
      .map(({ envelope }) => JSON.parse(envelope).data)
      .filter((deed) => deed.target === id);

  test('are shown of a flight that is looked at, and told to whoever sells it', async () => {
    const flight = await addFlight(world(), terminals);
    expect(flight).toMatchObject(terminals);
    expect(await read(flight.id)).toEqual(flight);
    expect(await forSale(flight.id)).toEqual(flight);
    expect(await told(flight.id, 'flight.scheduled')).toEqual([flight]);
  });

  test('are left out of what searches find', async () => {
    const flight = await addFlight(world(), { ...terminals, departureTime: '2027-05-04T20:00:00Z' });
    const { departureTerminal: _departure, arrivalTerminal: _arrival, ...listed } = flight;
    const query = 'origin=JFK&destination=LHR&date=2027-05-04';
    expect((await call(world().url, `GET /flights?${query}`)).body.data).toEqual([listed]);
    const { body } = await call(world().url, `GET /itineraries?${query}`);
    expect(body.data[0].segments).toEqual([listed]);
  });

  test('that nobody told of are not there at all', async () => {
    const flight = await addFlight(world());
    for (const shown of [flight, await read(flight.id), await forSale(flight.id)]) {
      expect(Object.keys(shown).filter((key) => key.endsWith('Terminal'))).toEqual([]);
    }
    const [deed] = await deedsOn(flight.id);
    expect(Object.keys(deed.after).filter((key) => key.endsWith('Terminal'))).toEqual([]);
  });

  test('are changed one by one, and taken back with null; each change is a version, an event and a deed', async () => {
    const { id } = await addFlight(world(), { departureTerminal: '4' });
    const moved = await asAdmin(`PATCH /flights/${id}`, { departureTerminal: '7' }, { 'If-Match': '"1.0"' });
    expect(moved.body).toMatchObject({ departureTerminal: '7', version: 2 });
    expect(moved.body).not.toHaveProperty('arrivalTerminal');
    const both = await asAdmin(`PATCH /flights/${id}`, { arrivalTerminal: '5' });
    expect(both.body).toMatchObject({ departureTerminal: '7', arrivalTerminal: '5', version: 3 });
    const taken = await asAdmin(`PATCH /flights/${id}`, { departureTerminal: null });
    expect(taken.body).toMatchObject({ arrivalTerminal: '5', version: 4 });
    expect(taken.body).not.toHaveProperty('departureTerminal');
    expect(await read(id)).toEqual(taken.body);
    expect(await told(id, 'flight.updated')).toEqual([moved.body, both.body, taken.body]);
    expect((await deedsOn(id)).slice(1)).toMatchObject([
      { action: 'flight.changed', before: { departureTerminal: '4' }, after: { departureTerminal: '7' } },
      { action: 'flight.changed', before: { arrivalTerminal: null }, after: { arrivalTerminal: '5' } },
      { action: 'flight.changed', before: { departureTerminal: '7' }, after: { departureTerminal: null } },
    ]);
    expect((await asAdmin(`PATCH /flights/${id}`, { status: 'delayed' })).body).toMatchObject({ arrivalTerminal: '5' });
  });

  test.for(['', ' ', 'e', '2e', '2EF', 'T-', '\n4', 'Ä', 4, ['4'], {}] as const)('can not be %j', async (wrong) => {
    for (const name of ['departureTerminal', 'arrivalTerminal']) {
      const refused = await asAdmin('POST /flights', { ...buildNewFlight(), [name]: wrong });
      expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: `/${name}` }] });
    }
    const { id } = await addFlight(world(), terminals);
    const kept = await asAdmin(`PATCH /flights/${id}`, { departureTerminal: wrong });
    expect(kept.body).toMatchObject({ status: 422, errors: [{ pointer: '/departureTerminal' }] });
    expect(await read(id)).toMatchObject({ ...terminals, version: 1 });
  });

  test('a new flight is given none with null', async () => {
    const refused = await asAdmin('POST /flights', { ...buildNewFlight(), departureTerminal: null });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/departureTerminal' }] });
  });

  async function load(contentType: string, lines: readonly string[]) {
    const headers = { 'Content-Type': contentType };
    const { status, body } = await asAdmin('POST /flights/import', lines.join('\n'), headers);
    expect(status).toBe(202);
    return eventually(async () => {
      const { body: report } = await asAdmin(`GET /imports/${body.id}`, undefined);
      expect(report.status).toBe('succeeded');
      return report;
    });
  }
  const terminalsOn = async (date: string) => {
    const { body } = await call(world().url, `GET /flights?origin=JFK&destination=LHR&date=${date}`);
    const flights = await Promise.all(body.data.map(({ id }: { id: string }) => read(id)));
    return Object.fromEntries(
      flights.map(({ flightNumber, departureTerminal, arrivalTerminal }) => [
        flightNumber,
        [departureTerminal, arrivalTerminal],
      ]),
    );
  };

  test('may stand in columns of their own in CSV', async () => {
    const report = await load('text/csv', [
      'airline,number,origin,destination,departureLocal,arrivalLocal,aircraft,seats,distanceMiles,arrivalTerminal,departureTerminal',
      'BA,501,JFK,LHR,2027-06-01T10:00,2027-06-01T22:00,,,,5,8',
      'BA,502,JFK,LHR,2027-06-01T11:00,2027-06-01T23:00,,,,,',
      'BA,503,JFK,LHR,2027-06-01T12:00,2027-06-02T00:00,,,,,Gate 8',
    ]);
    expect(report).toMatchObject({ created: 2, rejected: [{ reason: 'bad_row', count: 1 }] });
    expect(report.rejected[0].examples[0].detail).toMatch(/^departureTerminal is "Gate 8"; it should be a terminal/);
    expect(await terminalsOn('2027-06-01')).toEqual({ BA501: ['8', '5'], BA502: [undefined, undefined] });
  });

  test('may be fields of a line of JSON, as text or as a number', async () => {
    const row = { airline: 'BA', origin: 'JFK', destination: 'LHR', departureLocal: '2027-06-02T10:00' };
    const line = (more: object) => JSON.stringify({ ...row, arrivalLocal: '2027-06-02T22:00', ...more });
    await load('application/x-ndjson', [
      line({ number: 501, departureTerminal: 8, arrivalTerminal: '3' }),
      line({ number: 502 }),
    ]);
    expect(await terminalsOn('2027-06-02')).toEqual({ BA501: ['8', '3'], BA502: [undefined, undefined] });
  });
});
