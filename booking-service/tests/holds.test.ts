import { booking as bookingSchema } from '@jetbridge/contracts/bookings/schemas.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';
import { bookingsOf, countsOf, expectNoDifference, heldBy, seatsTaken, typesToldOf } from './what-is-written.ts';

const visa = { method: 'card', token: 'tok_visa' };
const party = (size: number) =>
  Array.from({ length: size }, (_, place) => ({ firstName: `Ada ${place + 1}`, lastName: 'Lovelace', type: 'adult' }));

describeOnEachDatabase('a booking without payment', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', MAX_HELD_SEATS_PER_USER: '5' });

  const hold = (user: TestUser, flightId: string, size = 1, more: object = {}, url = world().url) =>
    call(url, 'POST /bookings', {
      token: user.token,
      body: buildOrder(flightId, { passengers: party(size), ...more }),
    });
  const cancel = (user: TestUser, id: string) =>
    call(world().url, `POST /bookings/${id}/cancel`, { token: user.token });
  const pay = (user: TestUser, id: string, body: object = visa) =>
    call(world().url, `POST /bookings/${id}/payments`, { token: user.token, body });

  test('is held for a quarter of an hour, told of as created, and keeps its seats from others', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 3 }));
    const user = issuer.user();
    const before = Date.now();
    const held = await hold(user, flightId, 2);

    expect(held.status).toBe(201);
    expect(bookingSchema.parse(held.body)).toEqual(held.body);
    expect(held.body).toMatchObject({ status: 'pending', payments: [], refunds: [], version: 1 });
    const heldForMs = Date.parse(held.body.holdExpiresAt) - before;
    expect(heldForMs).toBeGreaterThan(15 * 60_000 - 2_000);
    expect(heldForMs).toBeLessThanOrEqual(15 * 60_000 + 2_000);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 2 });
    expect(await typesToldOf(world(), held.body.id)).toEqual(['booking.created']);
    expect(await typesToldOf(world(), flightId)).toEqual(['inventory.changed']);
    expect(await heldBy(world(), user.userId)).toBe(2);
    // Nobody has picked a seat, and nobody is given one before the booking is paid.
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect((await hold(issuer.user(), flightId, 2)).body).toMatchObject({ status: 409, code: 'sold_out' });
    expect((await hold(issuer.user(), flightId, 1)).status).toBe(201);
  });

  test('that is cancelled frees its seats, is told of as cancelled and gives nothing back', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 2 }));
    const user = issuer.user();
    const seats = [{ flightId, passenger: 1, seat: '3B' }];
    const held = await hold(user, flightId, 2, { seats });
    expect(held.body.passengers.map((one: { seats: object }) => one.seats)).toEqual([{}, { [flightId]: '3B' }]);
    const cancelled = await cancel(user, held.body.id);

    expect(cancelled.body).toMatchObject({ status: 'cancelled', holdExpiresAt: null, refunds: [], version: 2 });
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect(await typesToldOf(world(), held.body.id)).toEqual(['booking.created', 'booking.cancelled']);
    expect((await pay(user, held.body.id)).body).toMatchObject({ status: 409, code: 'booking_cancelled' });
    expect((await hold(user, flightId, 2, { seats })).status).toBe(201);
  });

  test('counts by the size of its party against what one user may hold, over all bookings', async () => {
    const { issuer, catalogue } = world();
    const [one, other] = [catalogue.put(buildFlight()), catalogue.put(buildFlight())];
    const user = issuer.user();
    expect((await hold(user, one, 3)).status).toBe(201);
    const tooMany = await hold(user, other, 3);

    expect(tooMany.body).toMatchObject({ status: 409, code: 'hold_limit', held: 3, maximum: 5 });
    expect(await countsOf(world(), other)).toEqual({ sold: 0, held: 0 });
    expect(await heldBy(world(), user.userId)).toBe(3);
    expect((await hold(user, other, 2)).status).toBe(201);
    expect((await hold(user, other, 1)).body.code).toBe('hold_limit');
    expect((await hold(issuer.user(), other, 5)).status).toBe(201);
    expect((await hold(issuer.user(), other, 6)).body.code).toBe('hold_limit');
  });

  test('on two flights counts its party once, and infants on laps not at all', async () => {
    const { issuer, catalogue } = world();
    const [there, back] = [catalogue.put(buildFlight()), catalogue.put(buildFlight({ departsInMs: 5 * 86_400_000 }))];
    const user = issuer.user();
    const passengers = [...party(4), { firstName: 'Anne', lastName: 'Lovelace', type: 'infant' }];
    const flights = [there, back].map((flightId) => ({ flightId, cabin: 'economy' }));
    expect((await hold(user, there, 0, { passengers, flights })).status).toBe(201);
    expect(await heldBy(world(), user.userId)).toBe(4);
    expect((await hold(user, there, 1)).status).toBe(201);
    expect((await hold(user, there, 1)).body.code).toBe('hold_limit');
  });

  test('counts no longer when it is paid or cancelled', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const user = issuer.user();
    const [paid, cancelled] = [await hold(user, flightId, 2), await hold(user, flightId, 3)];
    expect((await hold(user, flightId, 1)).body.code).toBe('hold_limit');
    expect((await pay(user, paid.body.id)).status).toBe(201);
    expect(await heldBy(world(), user.userId)).toBe(3);
    expect((await hold(user, flightId, 2)).status).toBe(201);
    await cancel(user, cancelled.body.id);
    expect(await heldBy(world(), user.userId)).toBe(2);
    expect((await hold(user, flightId, 3)).status).toBe(201);
  });

  test('still counts when a payment for it was declined', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const user = issuer.user();
    const held = await hold(user, flightId, 3);
    expect((await pay(user, held.body.id, { method: 'card', token: 'tok_declined' })).status).toBe(402);
    expect(await heldBy(world(), user.userId)).toBe(3);
    expect((await hold(user, flightId, 3)).body.code).toBe('hold_limit');
  });

  test('is not made beyond the limit by 24 requests at once to two processes', async () => {
    const { url, issuer, catalogue, startAnother } = world();
    const other = await startAnother();
    const flightId = catalogue.put(buildFlight());
    const user = issuer.user();
    const urls = Array.from({ length: 24 }, (_, turn) => (turn % 2 === 0 ? url : other.url));
    const answers = await Promise.all(urls.map((at) => hold(user, flightId, 1, {}, at)));

    const codes = answers.map(({ status, body }) => (status === 201 ? 'held' : body.code));
    expect(codes.filter((code) => code === 'held')).toHaveLength(5);
    expect(codes.filter((code) => code === 'hold_limit')).toHaveLength(19);
    expect(await heldBy(world(), user.userId)).toBe(5);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 5 });
    await other.stop();
  });
});

describeOnEachDatabase('a hold of a second', (database) => {
  const world = useBookingService(database, {
    PAYMENT_PROVIDER: 'sandbox',
    MAX_HELD_SEATS_PER_USER: '2',
    HOLD_MINUTES: '0.02',
    PAYMENT_TIMEOUT_SECONDS: '0.5',
  });
  const hold = (user: TestUser, flightId: string, more: object = {}) =>
    call(world().url, 'POST /bookings', {
      token: user.token,
      body: buildOrder(flightId, { passengers: party(2), ...more }),
    });
  const read = async (user: TestUser, id: string) =>
    (await call(world().url, `GET /bookings/${id}`, { token: user.token })).body;

  test('lapses: its seats are on sale again, its user may hold others, and it is told of once', async () => {
    const { issuer, catalogue, url } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 2 }));
    const user = issuer.user();
    const held = await hold(user, flightId, { seats: [{ flightId, passenger: 0, seat: '1A' }] });
    expect(await seatsTaken(world(), flightId)).toEqual(['1A']);
    const lapsed = await eventually(async () => {
      const now = await read(user, held.body.id);
      expect(now.status).toBe('expired');
      return now;
    });

    expect(lapsed).toMatchObject({ holdExpiresAt: null, payments: [], version: 2 });
    expect(lapsed.passengers.map((one: { seats: object }) => one.seats)).toEqual([{}, {}]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect(await typesToldOf(world(), held.body.id)).toEqual(['booking.created', 'booking.expired']);
    const path = `/bookings/${held.body.id}` as const;
    const { token } = user;
    expect((await call(url, `POST ${path}/payments`, { token, body: visa })).body.code).toBe('hold_expired');
    expect((await call(url, `POST ${path}/cancel`, { token })).body.code).toBe('booking_expired');
    expect((await hold(user, flightId)).status).toBe(201);
    await expectNoDifference(world(), flightId);
  });

  test('lapses once with two processes looking, all of 12 of them', async () => {
    const { issuer, catalogue, startAnother } = world();
    const other = await startAnother();
    const flightId = catalogue.put(buildFlight());
    const users = Array.from({ length: 12 }, () => issuer.user());
    const helds = await Promise.all(users.map((user) => hold(user, flightId)));
    await eventually(async () => expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 }));
    for (const { body } of helds) {
      expect(await typesToldOf(world(), body.id)).toEqual(['booking.created', 'booking.expired']);
    }
    for (const { userId } of users) expect(await heldBy(world(), userId)).toBe(0);
    await other.stop();
  });

  test('does not lapse while it is being paid', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 2 }));
    const user = issuer.user();
    const held = await hold(user, flightId);
    const path = `POST /bookings/${held.body.id}/payments` as const;
    const order = { token: user.token, body: { method: 'card', token: 'tok_timeout' } };
    const paid = await call(world().url, path, order);
    expect(paid.body).toMatchObject({ status: 'processing' });
    await eventually(async () => expect((await read(user, held.body.id)).status).toBe('confirmed'));
    expect(await typesToldOf(world(), held.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 2, held: 0 });
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect(await bookingsOf(world(), user.userId)).toMatchObject([{ status: 'confirmed' }]);
  });
});
