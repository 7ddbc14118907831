import { booking } from '@jetbridge/contracts/bookings/schemas.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('selling', (database) => {
  const world = useBookingService(database);

  const inventoryOf = (flightId: string) =>
    world().rows<{ cabin: string; capacity: number; sold: number }>(
      "SELECT cabin, capacity, sold FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'",
      [flightId],
    );
  const bookingsOf = (flightId: string) =>
    world().rows('SELECT booking_id FROM segments WHERE flight_id = ?', [flightId]);

  test('a family books two flights and is confirmed at once', async () => {
    const { url, issuer, catalogue, rows } = world();
    const there = buildFlight();
    const back = buildFlight({ departsInMs: 5 * 86_400_000 });
    catalogue.put(there);
    catalogue.put(back);
    const { userId, token } = issuer.user();
    const body = {
      flights: [
        { flightId: there.flight.id, cabin: 'economy' },
        { flightId: back.flight.id, cabin: 'business' },
      ],
      passengers: [
        { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' },
        { firstName: 'Byron', lastName: 'Lovelace', type: 'child', dateOfBirth: '2019-05-12' },
        { firstName: 'Anne', lastName: 'Lovelace', type: 'infant' },
      ],
      contact: { email: 'Ada@Example.com', phone: '+44 20 7946 0000' },
      expectedTotal: { amount: 2 * (29_900 + 120_000), currency: 'USD' },
    };
    const placed = await call(url, 'POST /bookings', { token, body });

    expect(placed.status).toBe(201);
    expect(booking.parse(placed.body)).toEqual(placed.body);
    expect(placed.body).toMatchObject({
      status: 'confirmed',
      holdExpiresAt: null,
      userId,
      contact: { email: 'ada@example.com', phone: '+44 20 7946 0000' },
      total: { amount: 299_800, currency: 'USD' },
      version: 1,
    });
    expect(placed.headers.get('etag')).toBe('"1"');
    expect(await inventoryOf(there.flight.id)).toEqual([{ cabin: 'economy', capacity: 100, sold: 2 }]);
    const events = await rows<{ type: string }>('SELECT type FROM outbox WHERE subject IN (?, ?, ?) ORDER BY id', [
      placed.body.id,
      there.flight.id,
      back.flight.id,
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'booking.created',
      'booking.confirmed',
      'inventory.changed',
      'inventory.changed',
    ]);
    const read = await call(url, `GET /bookings/${placed.body.id}`, { token });
    expect(read.body).toEqual(placed.body);
  });

  test('50 buyers at once of the last 3 seats: 3 bookings, 47 told that it is sold out', async () => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 3 }));
    const buyers = Array.from({ length: 50 }, () => issuer.user());
    const answers = await Promise.all(
      buyers.map(({ token }) => call(url, 'POST /bookings', { token, body: buildOrder(flightId) })),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 47 }, () => 'sold_out'));
    expect(await inventoryOf(flightId)).toEqual([{ cabin: 'economy', capacity: 3, sold: 3 }]);
    expect(await bookingsOf(flightId)).toHaveLength(3);
  });

  test('a party too large for the last flight gets no seat on the first either', async () => {
    const { url, issuer, catalogue } = world();
    const roomy = catalogue.put(buildFlight());
    const full = catalogue.put(buildFlight({ departsInMs: 2 * 86_400_000, economySeats: 1 }));
    const passenger = { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' };
    const flights = [roomy, full].map((flightId) => ({ flightId, cabin: 'economy' }));
    const body = buildOrder(roomy, { flights, passengers: [passenger, passenger] });
    const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body });

    expect(refused.body).toMatchObject({ status: 409, code: 'sold_out', flightId: full });
    expect(await bookingsOf(roomy)).toEqual([]);
    expect((await inventoryOf(roomy))[0]?.sold ?? 0).toBe(0);
  });

  test('buyers of the same two flights in opposite order all get through', async () => {
    const { url, issuer, catalogue } = world();
    const [one, other] = [catalogue.put(buildFlight()), catalogue.put(buildFlight())];
    const orders = Array.from({ length: 30 }, (_, turn) => (turn % 2 === 0 ? [one, other] : [other, one]));
    const answers = await Promise.all(
      orders.map((ids) => {
        const flights = ids.map((flightId) => ({ flightId, cabin: 'economy' }));
        return call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(one, { flights }) });
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(orders.map(() => 201));
    expect(await inventoryOf(one)).toEqual([{ cabin: 'economy', capacity: 100, sold: 30 }]);
  });

  test('cancelling frees the seats once, however often it is asked', async () => {
    const { url, issuer, catalogue, rows } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 1 }));
    const { token } = issuer.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(flightId) });
    const path = `POST /bookings/${placed.body.id}/cancel` as const;
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(url, path, { token })));

    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: placed.body.id, status: 'cancelled', version: 2 });
    }
    expect(await inventoryOf(flightId)).toEqual([{ cabin: 'economy', capacity: 1, sold: 0 }]);
    const told = await rows("SELECT id FROM outbox WHERE subject = ? AND type = 'booking.cancelled'", [placed.body.id]);
    expect(told).toHaveLength(1);
    const again = await call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(flightId) });
    expect(again.status).toBe(201);
  });

  test("someone else's booking looks like one that does not exist", async () => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const owner = issuer.user();
    const placed = await call(url, 'POST /bookings', { token: owner.token, body: buildOrder(flightId) });
    const stranger = issuer.user();
    for (const path of ['GET /bookings/:id', 'POST /bookings/:id/cancel'] as const) {
      const theirs = await call(url, path.replace(':id', placed.body.id) as typeof path, { token: stranger.token });
      const unknown = await call(url, path.replace(':id', newId('bkg')) as typeof path, { token: stranger.token });
      expect(theirs.status).toBe(404);
      expect({ ...theirs.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    }
    expect((await call(url, `GET /bookings/${placed.body.id}`, { token: issuer.support().token })).status).toBe(200);
    expect((await call(url, `GET /bookings/${placed.body.id}`)).status).toBe(401);
  });

  test('a list shows only your own, newest first, page by page', async () => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const { userId, token } = issuer.user();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.unshift((await call(url, 'POST /bookings', { token, body: buildOrder(flightId) })).body.id);
    }
    await call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(flightId) });

    const first = await call(url, 'GET /bookings?limit=2', { token });
    expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = await call(url, `GET /bookings?limit=2&cursor=${first.body.nextCursor}`, { token });
    expect(second.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2));
    expect(second.body.nextCursor).toBeNull();

    const foreign = await call(url, `GET /bookings?cursor=${first.body.nextCursor}`, { token: issuer.user().token });
    expect(foreign.body).toMatchObject({ status: 400, code: 'invalid_cursor' });
    const support = await call(url, `GET /bookings?userId=${userId}`, { token: issuer.support().token });
    expect(support.body.data).toHaveLength(3);
    const forbidden = await call(url, `GET /bookings?userId=${userId}`, { token: issuer.user().token });
    expect(forbidden.body).toMatchObject({ status: 403, code: 'permission_missing' });
  });

  test('a price that is not the expected one is refused with the present total', async () => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const body = buildOrder(flightId, { expectedTotal: { amount: 1, currency: 'USD' } });
    const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body });
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'price_changed',
      total: { amount: 29_900, currency: 'USD' },
    });
    expect(await bookingsOf(flightId)).toEqual([]);
  });

  test.for([
    ['cancelled', buildFlight({ status: 'cancelled' })],
    ['about to leave', buildFlight({ departsInMs: 29 * 60_000 })],
    ['gone', buildFlight({ departsInMs: -60_000 })],
  ] as const)('a flight that is %s can not be booked', async ([, flight]) => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(flight);
    const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(flightId) });
    expect(refused.body).toMatchObject({ status: 409, code: 'flight_not_bookable' });
  });

  test('a flight nobody knows is not found, and asked for once while it is known', async () => {
    const { url, issuer, catalogue } = world();
    const { token } = issuer.user();
    const unknown = await call(url, 'POST /bookings', { token, body: buildOrder('flt_nobody') });
    expect(unknown.body).toMatchObject({ status: 404, code: 'flight_not_found' });
    const flightId = catalogue.put(buildFlight());
    await call(url, 'POST /bookings', { token, body: buildOrder(flightId) });
    const asked = catalogue.asked();
    await call(url, 'POST /bookings', { token, body: buildOrder(flightId) });
    expect(catalogue.asked()).toBe(asked);
  });
});
