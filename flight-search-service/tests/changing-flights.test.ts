import { flight as flightSchema } from '@jetbridge/contracts/flights/schemas.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { addFlight, instantOf, numbersFound, usd, useFlightService } from './flight-world.ts';

describeOnEachDatabase('changing flights', (database) => {
  const world = useFlightService(database);

  const patch = (id: string, body: unknown, headers: Record<string, string> = {}) =>
    call(world().url, `PATCH /flights/${id}`, { token: world().issuer.admin().token, body, headers });
  const remove = (id: string, headers: Record<string, string> = {}) =>
    call(world().url, `DELETE /flights/${id}`, { token: world().issuer.admin().token, headers });
  const read = (id: string) => call(world().url, `GET /flights/${id}`);
  const told = async (id: string) =>
    (
      await world().rows<{ type: string; envelope: string }>(
        "SELECT type, envelope FROM outbox WHERE subject = ? AND type <> 'flight.scheduled' ORDER BY id",
        [id],
      )
    ).map(({ type, envelope }) => ({ type, data: flightSchema.parse(JSON.parse(envelope).data) }));
  const later = (instant: string, minutes: number) => instantOf(Date.parse(instant) + minutes * 60_000);

  test('a delay is shown, raises the version by one, and is told as the flight is shown', async () => {
    const flight = await addFlight(world());
    const change = {
      departureTime: later(flight.departureTime, 90),
      arrivalTime: later(flight.arrivalTime, 90),
      status: 'delayed',
    };
    const changed = await patch(flight.id, change);
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ ...change, version: 2, durationMinutes: 420 });
    expect(changed.body.departureLocal).not.toBe(flight.departureLocal);
    expect(changed.headers.get('etag')).toBe('"2.0"');
    expect((await read(flight.id)).body).toEqual(changed.body);
    expect(await told(flight.id)).toEqual([{ type: 'flight.updated', data: changed.body }]);
    expect(world().seller.askedAbout(flight.id)).toEqual([]);
  });

  test('a price changes without asking the seller; fares that are not named stay as they are', async () => {
    const fares = [
      { cabin: 'economy', price: usd(29_900), seats: 100 },
      { cabin: 'business', price: usd(99_900), seats: 10 },
    ] as const;
    const flight = await addFlight(world(), { fares: [...fares] });
    const changed = await patch(flight.id, { fares: [{ cabin: 'business', price: usd(88_800) }] });
    expect(changed.body.fares).toMatchObject([fares[0], { ...fares[1], price: usd(88_800) }]);
    expect(world().seller.askedAbout(flight.id)).toEqual([]);
  });

  test('seats are cut after the seller agrees, and raised without asking; a cabin can be added', async () => {
    const flight = await addFlight(world());
    expect((await patch(flight.id, { fares: [{ cabin: 'economy', seats: 40 }] })).body.fares[0].seats).toBe(40);
    const raised = await patch(flight.id, {
      fares: [
        { cabin: 'economy', seats: 120 },
        { cabin: 'first', seats: 4, price: usd(500_000) },
      ],
    });
    expect(raised.body.fares).toMatchObject([
      { cabin: 'economy', seats: 120 },
      { cabin: 'first', seats: 4, availableSeats: 4 },
    ]);
    expect(world().seller.askedAbout(flight.id)).toEqual([
      {
        path: `/internal/flights/${flight.id}/capacity`,
        body: { version: 2, cabins: [{ cabin: 'economy', seats: 40 }] },
      },
    ]);
  });

  test('seats that the seller does not give up stay, and nothing is told', async () => {
    const flight = await addFlight(world());
    world().seller.react({ status: 409, code: 'below_sold' });
    const refused = await patch(flight.id, { fares: [{ cabin: 'economy', seats: 1 }] });
    expect(refused.body).toMatchObject({ status: 409, code: 'below_sold' });
    expect((await read(flight.id)).body).toEqual(flight);
    expect(await told(flight.id)).toEqual([]);
  });

  test('a seller that does not answer makes it a 503, after which the same change succeeds', async () => {
    const flight = await addFlight(world());
    world().seller.react('lost');
    const change = { fares: [{ cabin: 'economy', seats: 50 }] };
    const unanswered = await patch(flight.id, change);
    expect(unanswered.body).toMatchObject({ status: 503, code: 'service_unavailable', effect: 'unknown' });
    expect((await read(flight.id)).body.version).toBe(1);
    expect((await patch(flight.id, change)).body).toMatchObject({ version: 2, fares: [{ seats: 50 }] });
  });

  test('another airplane is agreed with the seller, and must have the seats that are on sale', async () => {
    const flight = await addFlight(world());
    const smaller = await patch(flight.id, { airplaneId: 'apl_boeing_787_9' });
    expect(smaller.body).toMatchObject({ airplane: { id: 'apl_boeing_787_9' }, version: 2 });
    expect(world().seller.askedAbout(flight.id)).toHaveLength(1);
    const tooSmall = await patch(flight.id, { airplaneId: 'apl_cessna_208_caravan' });
    expect(tooSmall.body).toMatchObject({ status: 422, code: 'too_many_seats', errors: [{ pointer: '/airplaneId' }] });
    const both = { airplaneId: 'apl_cessna_208_caravan', fares: [{ cabin: 'economy', seats: 9 }] };
    expect((await patch(flight.id, both)).body).toMatchObject({ airplane: { id: both.airplaneId }, version: 3 });
  });

  test('If-Match compares the version alone: seats sold meanwhile do no harm, an older version is 412', async () => {
    const flight = await addFlight(world());
    const stale = { 'If-Match': '"1.0"' };
    expect((await patch(flight.id, { status: 'boarding' }, { 'If-Match': '"1.99"' })).status).toBe(200);
    expect((await patch(flight.id, { status: 'departed' }, stale)).body).toMatchObject({ status: 412, code: 'stale' });
    expect((await remove(flight.id, stale)).body).toMatchObject({ status: 412, code: 'stale' });
    expect((await patch(flight.id, { status: 'departed' }, { 'If-Match': 'two' })).body).toMatchObject({
      status: 400,
      code: 'bad_header',
    });
    expect((await read(flight.id)).body).toMatchObject({ status: 'boarding', version: 2 });
    expect((await patch(flight.id, { status: 'departed' }, { 'If-Match': '*' })).status).toBe(200);
  });

  test('of ten changes at once for the same version one is made, and all of them when no version is named', async () => {
    const flight = await addFlight(world());
    const prices = Array.from({ length: 10 }, (_, index) => ({
      fares: [{ cabin: 'economy', price: usd(1_000 + index) }],
    }));
    const matched = await Promise.all(prices.map((body) => patch(flight.id, body, { 'If-Match': '"1.0"' })));
    expect(matched.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect((await read(flight.id)).body.version).toBe(2);

    const [price, seats] = await Promise.all([
      patch(flight.id, { fares: [{ cabin: 'economy', price: usd(7_777) }] }),
      patch(flight.id, { fares: [{ cabin: 'economy', seats: 77 }] }),
    ]);
    expect([price.status, seats.status]).toEqual([200, 200]);
    expect((await read(flight.id)).body).toMatchObject({ version: 4, fares: [{ price: usd(7_777), seats: 77 }] });
    expect((await told(flight.id)).map(({ data }) => data.version)).toEqual([2, 3, 4]);
  });

  test('a change that overtakes a cut while the seller is asked makes it ask again for the next version', async () => {
    const flight = await addFlight(world());
    world().seller.meanwhile(async () => void (await patch(flight.id, { status: 'delayed' })));
    const changed = await patch(flight.id, { fares: [{ cabin: 'economy', seats: 60 }] });
    expect(changed.body).toMatchObject({ version: 3, status: 'delayed', fares: [{ seats: 60 }] });
    expect(world().seller.askedAbout(flight.id)).toMatchObject([{ body: { version: 2 } }, { body: { version: 3 } }]);
  });

  test('a cancelled flight is told as such and stays cancelled', async () => {
    const flight = await addFlight(world());
    const cancelled = await patch(flight.id, { status: 'cancelled' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', version: 2 });
    expect(await told(flight.id)).toEqual([{ type: 'flight.cancelled', data: cancelled.body }]);
    expect((await patch(flight.id, { status: 'scheduled' })).body).toMatchObject({
      status: 409,
      code: 'flight_cancelled',
    });
  });

  test('a deleted flight is gone from the schedule, and told as cancelled', async () => {
    const flight = await addFlight(world());
    const deleted = await remove(flight.id, { 'If-Match': '"1.0"' });
    expect([deleted.status, deleted.body]).toEqual([204, '']);
    expect((await read(flight.id)).status).toBe(404);
    expect((await remove(flight.id)).body).toMatchObject({ status: 404, code: 'flight_not_found' });
    expect((await patch(flight.id, { status: 'delayed' })).status).toBe(404);
    expect(await told(flight.id)).toMatchObject([
      { type: 'flight.cancelled', data: { status: 'cancelled', version: 2 } },
    ]);
    expect(await world().rows('SELECT cabin FROM fares WHERE flight_id = ?', [flight.id])).toEqual([]);
    const { flightNumber, departureTime } = flight;
    expect((await addFlight(world(), { flightNumber, departureTime })).flightNumber).toBe(flightNumber);
  });

  test('a flight with bookings is not deleted; one that was closed without the answer arriving is, when asked again', async () => {
    const flight = await addFlight(world());
    world().seller.react({ status: 409, code: 'flight_has_bookings' });
    expect((await remove(flight.id)).body).toMatchObject({ status: 409, code: 'flight_has_bookings' });
    world().seller.react('lost');
    expect((await remove(flight.id)).body).toMatchObject({ status: 503, effect: 'unknown' });
    expect((await read(flight.id)).status).toBe(200);
    expect((await remove(flight.id)).status).toBe(204);
  });

  test('a flight delayed past midnight keeps its day free for nobody else, and the next day for the next flight', async () => {
    const departureTime = '2027-02-01T23:00:00Z';
    const late = await addFlight(world(), { departureTime });
    const { flightNumber } = late;
    await addFlight(world(), { flightNumber, departureTime: '2027-02-02T23:00:00Z' });
    const times = { departureTime: later(departureTime, 720), arrivalTime: later(departureTime, 1_140) };
    const rescheduled = await patch(late.id, times);
    expect(rescheduled.body).toMatchObject({ status: 409, code: 'flight_exists' });
    expect((await patch(late.id, { ...times, status: 'delayed' })).status).toBe(200);
    expect((await patch(late.id, { status: 'departed' })).status).toBe(200);
    expect(await numbersFound(world(), 'origin=JFK&destination=LHR&date=2027-02-02')).toEqual([
      flightNumber,
      flightNumber,
    ]);
  });

  test.for([
    ['a field it does not know', { gate: 'A1' }, '/gate'],
    ['another number', { flightNumber: 'BA1' }, '/flightNumber'],
    ['a version', { version: 7 }, '/version'],
    ['a time with seconds', { departureTime: '2027-01-01T10:00:30Z' }, '/departureTime'],
    ['a time that does not exist', { departureTime: '2027-02-30T10:00:00Z' }, '/departureTime'],
    ['an arrival before the departure', { arrivalTime: '2020-01-01T10:00:00Z' }, '/arrivalTime'],
    ['a status that does not exist', { status: 'lost' }, '/status'],
    ['no airplane of the catalogue', { airplaneId: 'apl_paper' }, '/airplaneId'],
    ['an airplane that is a number', { airplaneId: 7 }, '/airplaneId'],
    ['no cabins', { fares: [] }, '/fares'],
    ['fares as an object', { fares: {} }, '/fares'],
    ['a cabin twice', { fares: [{ cabin: 'economy' }, { cabin: 'economy' }] }, '/fares/1/cabin'],
    ['a cabin that does not exist', { fares: [{ cabin: 'roof' }] }, '/fares/0/cabin'],
    ['seats below zero', { fares: [{ cabin: 'economy', seats: -1 }] }, '/fares/0/seats'],
    ['half a seat', { fares: [{ cabin: 'economy', seats: 0.5 }] }, '/fares/0/seats'],
    ['a seat too many', { fares: [{ cabin: 'economy', seats: 241 }] }, '/fares/0/seats'],
    [
      'another currency',
      { fares: [{ cabin: 'economy', price: { amount: 1, currency: 'EUR' } }] },
      '/fares/0/price/currency',
    ],
    ['a negative price', { fares: [{ cabin: 'economy', price: usd(-1) }] }, '/fares/0/price/amount'],
    ['a new cabin without a price', { fares: [{ cabin: 'first', seats: 1 }] }, '/fares/0/price'],
    ['a new cabin without seats', { fares: [{ cabin: 'first', price: usd(1) }] }, '/fares/0/seats'],
    ['a list', [], ''],
    ['nothing', {}, ''],
    ['no body', '', ''],
  ] as const)('a change of %s is refused at its place, and nothing is written', async ([, body, pointer]) => {
    const flight = await addFlight(world());
    const refused = await patch(flight.id, body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await read(flight.id)).body).toEqual(flight);
    expect(await told(flight.id)).toEqual([]);
    expect(world().seller.askedAbout(flight.id)).toEqual([]);
  });

  test('who may not write hears so before anything else', async () => {
    const { url, issuer } = world();
    for (const path of ['PATCH /flights/flt_nobody', 'DELETE /flights/flt_nobody'] as const) {
      expect((await call(url, path, { body: '{' })).status).toBe(401);
      const refused = await call(url, path, { token: issuer.support().token, body: '{' });
      expect(refused.body).toMatchObject({ status: 403, code: 'permission_missing' });
    }
    expect((await patch('flt_nobody', { status: 'delayed' })).status).toBe(404);
  });
});
