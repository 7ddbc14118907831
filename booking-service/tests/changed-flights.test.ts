import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, delay, revise, withSeats } from './flight-catalogue-server.ts';

describeOnEachDatabase('flights that change', (database) => {
  const world = useBookingService(database);
  const token = internalToken('flight-search-service', 'booking-service');

  const ask = (flightId: string, question: 'close' | 'capacity', body: object) =>
    call(world().url, `POST /internal/flights/${flightId}/${question}`, { token, body });
  const close = (flightId: string, version = 2) => ask(flightId, 'close', { version });
  const limit = (flightId: string, seats: number, version = 2) =>
    ask(flightId, 'capacity', { version, cabins: [{ cabin: 'economy', seats }] });

  async function book(flightId: string, user = world().issuer.user()) {
    const answer = await call(world().url, 'POST /bookings', { token: user.token, body: buildOrder(flightId) });
    return { ...answer, token: user.token };
  }
  const read = async ({ body, token: owner }: Awaited<ReturnType<typeof book>>) =>
    (await call(world().url, `GET /bookings/${body.id}`, { token: owner })).body;

  async function seatsOf(flightId: string) {
    const [row] = await world().rows<{ capacity: number; sold: number; closed: number }>(
      `SELECT capacity, sold, closed FROM flight_inventories
       JOIN cabin_inventories ON cabin_inventories.flight_id = flight_inventories.flight_id
       WHERE flight_inventories.flight_id = ? AND cabin = 'economy'`,
      [flightId],
    );
    return row;
  }
  const knownVersion = async (flightId: string) =>
    (await world().rows<{ version: number }>('SELECT version FROM flights WHERE id = ?', [flightId]))[0]?.version;
  const told = async (subject: string, type: string) =>
    (
      await world().rows<{ envelope: string }>('SELECT envelope FROM outbox WHERE subject = ? AND type = ?', [
        subject,
        type,
      ])
    ).map(({ envelope }): EventEnvelope => JSON.parse(envelope));

  /** Tells the next version of a flight, and waits until it is known. */
  async function announce(next: FlightForSale, type: 'flight.updated' | 'flight.cancelled' = 'flight.updated') {
    world().catalogue.put(next);
    const eventId = world().catalogue.tell(type, next);
    await eventually(async () => expect(await knownVersion(next.flight.id)).toBe(next.flight.version));
    return eventId;
  }
  const settled = () =>
    eventually(async () => expect(await world().rows('SELECT flight_id FROM flight_follow_ups')).toEqual([]));

  test('a flight that is moved moves in its live bookings, which are told of once; others stay as they are', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const [one, other, gone] = [await book(flightId), await book(flightId), await book(flightId)];
    await call(world().url, `POST /bookings/${gone.body.id}/cancel`, { token: gone.token });
    const later = revise(flight, delay(flight, 90));
    const eventId = await announce(later);
    await settled();

    for (const booking of [one, other]) {
      const { departureTime, arrivalTime, departureLocal, arrivalLocal } = later.flight;
      const now = await read(booking);
      expect(now).toMatchObject({ status: 'confirmed', version: 2 });
      expect(now.segments[0]).toMatchObject({ departureTime, arrivalTime, departureLocal, arrivalLocal });
      expect(now.total).toEqual(booking.body.total);
      const events = await told(booking.body.id, 'booking.changed');
      expect(events.map(({ data }) => data)).toMatchObject([{ id: booking.body.id, version: 2 }]);
    }
    expect((await read(gone)).segments[0].departureTime).toBe(flight.flight.departureTime);

    world().catalogue.tell('flight.updated', later, eventId);
    world().catalogue.tell('flight.updated', later);
    await announce(revise(buildFlight()));
    await settled();
    expect(await told(one.body.id, 'booking.changed')).toHaveLength(1);
    expect((await read(one)).version).toBe(2);
  });

  test('a new price changes no booking', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const booking = await book(flightId);
    const fares = flight.flight.fares.map((fare) => ({ ...fare, price: { ...fare.price, amount: 1 } }));
    await announce(revise(flight, { fares }));
    await settled();
    expect((await read(booking)).version).toBe(1);
    expect((await book(flightId)).body.total.amount).toBe(1);
  });

  test('an older version that comes after a newer one changes nothing', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const booking = await book(flightId);
    const second = revise(flight, { ...delay(flight, 60), ...withSeats(flight, 5) });
    const third = revise(second, { ...delay(flight, 120), ...withSeats(flight, 50) });
    await announce(third);
    world().catalogue.tell('flight.updated', second);
    await announce(revise(buildFlight()));
    await settled();
    expect(await knownVersion(flightId)).toBe(3);
    expect(await seatsOf(flightId)).toMatchObject({ capacity: 50 });
    expect((await read(booking)).segments[0].departureTime).toBe(third.flight.departureTime);
  });

  test('a version told of before the flight was ever asked for wins over an older one that is fetched later', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const cancelled = revise(flight, { status: 'cancelled' });
    world().catalogue.tell('flight.cancelled', cancelled);
    await eventually(async () => expect(await knownVersion(flightId)).toBe(2));
    const stale = await call(world().url, 'POST /bookings', {
      token: world().issuer.user().token,
      body: buildOrder(flightId, { expectedTotal: { amount: 1, currency: 'USD' } }),
    });
    expect(stale.body).toMatchObject({ status: 409, code: 'flight_not_bookable' });
    expect(await knownVersion(flightId)).toBe(2);
  });

  test('all bookings of a cancelled flight are cancelled, in more than one batch, and free their other seats', async () => {
    const flight = buildFlight();
    const onward = buildFlight({ departsInMs: 3 * 86_400_000 });
    const [flightId, onwardId] = [world().catalogue.put(flight), world().catalogue.put(onward)];
    const flights = [flightId, onwardId].map((id) => ({ flightId: id, cabin: 'economy' }));
    const bookings = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const { token: owner } = world().issuer.user();
        const order = { token: owner, body: buildOrder(flightId, { flights }) };
        return { ...(await call(world().url, 'POST /bookings', order)), token: owner };
      }),
    );
    expect(bookings.every(({ status }) => status === 201)).toBe(true);
    await announce(revise(flight, { status: 'cancelled' }), 'flight.cancelled');
    await settled();

    const statuses = await Promise.all(bookings.map(async (booking) => (await read(booking)).status));
    expect(new Set(statuses)).toEqual(new Set(['cancelled']));
    for (const { body } of bookings) expect(await told(body.id, 'booking.cancelled')).toHaveLength(1);
    expect(await seatsOf(flightId)).toMatchObject({ sold: 0, closed: 1 });
    expect(await seatsOf(onwardId)).toMatchObject({ sold: 0, closed: 0 });
    expect((await book(flightId)).body.code).toBe('flight_not_bookable');
  });

  test('buyers during a cancellation are refused or cancelled; nobody stays booked', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    await book(flightId);
    const buyers = Promise.all(Array.from({ length: 40 }, () => book(flightId)));
    await announce(revise(flight, { status: 'cancelled' }), 'flight.cancelled');
    await buyers;
    await settled();
    const live = await world().rows(
      "SELECT id FROM bookings JOIN segments ON booking_id = id WHERE flight_id = ? AND status = 'confirmed'",
      [flightId],
    );
    expect(live).toEqual([]);
    expect(await seatsOf(flightId)).toMatchObject({ sold: 0, closed: 1 });
  });

  test('buyers while a flight is moved all end up on the new time', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    await book(flightId);
    const later = revise(flight, delay(flight, 60));
    const buyers = Promise.all(Array.from({ length: 40 }, () => book(flightId)));
    await announce(later);
    const booked = (await buyers).filter(({ status }) => status === 201);
    await settled();
    expect(booked.length).toBeGreaterThan(0);
    for (const booking of booked) {
      expect((await read(booking)).segments[0].departureTime).toBe(later.flight.departureTime);
    }
  });

  test('a flight is closed only while nothing is sold; closing it again is granted, and so is an unseen one', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const booking = await book(flightId);
    expect((await close(flightId)).body).toMatchObject({ status: 409, code: 'flight_has_bookings' });
    await call(world().url, `POST /bookings/${booking.body.id}/cancel`, { token: booking.token });
    expect((await close(flightId)).status).toBe(204);
    expect((await close(flightId)).status).toBe(204);
    expect((await book(flightId)).body).toMatchObject({ status: 409, code: 'flight_not_bookable' });

    const unseen = buildFlight();
    expect((await close(world().catalogue.put(unseen))).status).toBe(204);
    expect((await book(unseen.flight.id)).body).toMatchObject({ status: 409, code: 'flight_not_bookable' });
  });

  test('a closed flight reopens with the next change of it, not with an older one', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const second = revise(flight);
    expect((await close(flightId, 3)).status).toBe(204);
    await announce(second);
    expect((await book(flightId)).body.code).toBe('flight_not_bookable');
    await announce(revise(second));
    expect((await book(flightId)).status).toBe(201);
    expect((await close(flightId, 3)).body).toMatchObject({ status: 409, code: 'stale' });
  });

  test('of closing a flight and selling it at the same time exactly one wins, ten times over', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const flightId = world().catalogue.put(buildFlight());
        const [sale, closing] = await Promise.all([book(flightId), close(flightId)]);
        return `${sale.status} ${closing.status}`;
      }),
    );
    for (const outcome of outcomes) expect(['201 409', '409 204']).toContain(outcome);
  });

  test('seats are cut down to what is sold and no further, and never added by asking', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    await book(flightId);
    await book(flightId);
    expect((await limit(flightId, 1)).body).toMatchObject({
      status: 409,
      code: 'below_sold',
      cabin: 'economy',
      taken: 2,
    });
    expect((await limit(flightId, 2)).status).toBe(204);
    expect((await limit(flightId, 50)).status).toBe(204);
    expect(await seatsOf(flightId)).toMatchObject({ capacity: 2, sold: 2 });
    expect((await book(flightId)).body.code).toBe('sold_out');
    await announce(revise(flight, withSeats(flight, 3)));
    expect((await book(flightId)).status).toBe(201);
    expect(await seatsOf(flightId)).toMatchObject({ capacity: 3, sold: 3 });
  });

  test('a cut of a flight never seen is remembered when it is first sold', async () => {
    const flightId = world().catalogue.put(buildFlight());
    expect((await limit(flightId, 1)).status).toBe(204);
    expect((await book(flightId)).status).toBe(201);
    expect((await book(flightId)).body.code).toBe('sold_out');
  });

  test('a late word of the version before a cut does not bring the seats back', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const second = revise(flight, withSeats(flight, 90));
    expect((await limit(flightId, 10, 3)).status).toBe(204);
    await announce(second);
    expect(await seatsOf(flightId)).toMatchObject({ capacity: 10 });
    await announce(revise(second, withSeats(second, 10)));
    expect(await seatsOf(flightId)).toMatchObject({ capacity: 10 });
  });

  test('30 buyers while 100 seats are cut to 10: never more sold than there are', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    await book(flightId);
    const sales = Array.from({ length: 30 }, () => book(flightId));
    const cut = await limit(flightId, 10);
    await Promise.all(sales);
    const { capacity, sold } = (await seatsOf(flightId)) ?? { capacity: 0, sold: 0 };
    expect({ capacity, sold }).toEqual(cut.status === 204 ? { capacity: 10, sold: 10 } : { capacity: 100, sold: 31 });
  });

  test('only services may ask, and only in the agreed form', async () => {
    const flightId = newId('flt');
    const path = `POST /internal/flights/${flightId}/close` as const;
    expect((await call(world().url, path, { body: { version: 2 } })).status).toBe(401);
    expect((await call(world().url, path, { token: world().issuer.admin().token, body: { version: 2 } })).status).toBe(
      401,
    );
    expect((await close(flightId, 1)).body).toMatchObject({ status: 422, errors: [{ pointer: '/version' }] });
    expect((await limit(flightId, -1)).body).toMatchObject({ status: 422, errors: [{ pointer: '/cabins/0/seats' }] });
    expect(await seatsOf(flightId)).toBeUndefined();
  });
});
