import { waitlistEntry } from '@jetbridge/contracts/bookings/waitlist-routes.ts';
import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { emailOf, type TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { type BookingWorld, buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, delay, revise, withSeats } from './flight-catalogue-server.ts';
import { countsOf, expectNoDifference, heldBy, toldOf, typesToldOf } from './what-is-written.ts';

const visa = { method: 'card', token: 'tok_visa' };
const party = (size: number) =>
  Array.from({ length: size }, (_, place) => ({ firstName: `Ada ${place + 1}`, lastName: 'Lovelace', type: 'adult' }));

/** What customers do, in short words. */
function customersOf(world: () => BookingWorld) {
  const hold = (user: TestUser, flightId: string, size = 1, more: object = {}, url = world().url) =>
    call(url, 'POST /bookings', {
      token: user.token,
      body: buildOrder(flightId, { passengers: party(size), ...more }),
    });
  return {
    hold,
    buy: (user: TestUser, flightId: string, size = 1, url = world().url) =>
      hold(user, flightId, size, { payment: visa }, url),
    cancel: (user: TestUser, id: string, url = world().url) =>
      call(url, `POST /bookings/${id}/cancel`, { token: user.token }),
    pay: (user: TestUser, id: string) =>
      call(world().url, `POST /bookings/${id}/payments`, { token: user.token, body: visa }),
    join: (user: TestUser, flightId: string, size = 1, more: object = {}, headers: Record<string, string> = {}) =>
      call(world().url, 'POST /waitlist', {
        token: user.token,
        headers,
        body: { flightId, cabin: 'economy', passengers: party(size), ...more },
      }),
    leave: (user: TestUser, id: string) => call(world().url, `DELETE /waitlist/${id}`, { token: user.token }),
    list: async (user: TestUser, query = '') =>
      (await call(world().url, `GET /waitlist${query}`, { token: user.token })).body,
    read: async (user: TestUser, id: string) =>
      (await call(world().url, `GET /bookings/${id}`, { token: user.token })).body,
  };
}

/** How many seats in economy were told to be free, each time the seats of the flight changed. */
async function freeSeatsTold(world: BookingWorld, flightId: string): Promise<number[]> {
  const told = (await toldOf(world, flightId)) as { data: InventoryEventData }[];
  return told.flatMap(({ data }) => {
    const economy = data.cabins.find(({ cabin }) => cabin === 'economy');
    return economy ? [economy.capacity - economy.sold - economy.held] : [];
  });
}

/** Where a user stands in the only line it is or was in. */
const standingOf = async (customers: ReturnType<typeof customersOf>, user: TestUser) =>
  (await customers.list(user)).data[0];

describeOnEachDatabase('a party that waits', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', MAX_HELD_SEATS_PER_USER: '4' });
  const customers = customersOf(world);
  const { hold, buy, cancel, pay, join, leave, list, read } = customers;
  const standing = (user: TestUser) => standingOf(customers, user);

  /** A flight of so many seats, all of them sold, one booking each. */
  async function soldOut(seats: number) {
    const flight = buildFlight({ economySeats: seats });
    const flightId = world().catalogue.put(flight);
    const owner = world().issuer.user();
    const sold: string[] = [];
    for (let made = 0; made < seats; made++) sold.push((await buy(owner, flightId)).body.id);
    const free = (place: number, url?: string) => cancel(owner, sold[place] ?? '', url);
    return { flight, flightId, free };
  }

  test('stands in the line of a flight that is sold out, once, and is written to where its account is', async () => {
    const { flightId } = await soldOut(1);
    const user = world().issuer.user();
    const joined = await join(user, flightId, 2);

    expect(joined.status).toBe(201);
    expect(waitlistEntry.parse(joined.body)).toEqual(joined.body);
    expect(joined.body).toMatchObject({
      status: 'waiting',
      bookingId: null,
      offerExpiresAt: null,
      contact: { email: emailOf(user.userId) },
      version: 1,
    });
    expect((await join(user, flightId)).body).toMatchObject({ status: 409, code: 'already_waiting' });
    expect(await list(user)).toEqual({ data: [joined.body], nextCursor: null });
    expect(await list(world().issuer.user())).toEqual({ data: [], nextCursor: null });
    expect(await typesToldOf(world(), joined.body.id)).toEqual([]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 0 });
  });

  test('gets freed seats before anybody else as a pending booking with its own time limit', async () => {
    const { flightId, free } = await soldOut(1);
    const user = world().issuer.user();
    const contact = { email: 'grace@example.com', phone: '+44 20 7946 0000' };
    const { body: joined } = await join(user, flightId, 1, { contact });
    const beforeMs = Date.now();
    expect((await free(0)).status).toBe(200);

    const entry = await standing(user);
    expect(entry).toMatchObject({ id: joined.id, status: 'offered', version: 2 });
    const booking = await read(user, entry.bookingId);
    expect(booking).toMatchObject({
      status: 'pending',
      contact,
      total: { amount: 29_900, currency: 'USD' },
      holdExpiresAt: entry.offerExpiresAt,
      passengers: [{ firstName: 'Ada 1', seats: {} }],
    });
    const heldForMs = Date.parse(booking.holdExpiresAt) - beforeMs;
    expect(heldForMs).toBeGreaterThan(30 * 60_000 - 2_000);
    expect(heldForMs).toBeLessThanOrEqual(30 * 60_000 + 5_000);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 1 });
    expect(await heldBy(world(), user.userId)).toBe(1);
    expect(await typesToldOf(world(), booking.id)).toEqual(['booking.created']);
    const [told] = await toldOf(world(), entry.id);
    expect(told).toMatchObject({ type: 'waitlist.offered', data: { id: entry.id, version: 2, userId: user.userId } });
    expect(told?.data).toMatchObject({ status: 'offered', booking: { id: booking.id, reference: booking.reference } });
    const history = await call(world().url, `GET /bookings/${booking.id}/history`, { token: user.token });
    expect(history.body.data).toMatchObject([{ action: 'offered', actor: { type: 'system' }, requestId: null }]);

    expect((await buy(world().issuer.user(), flightId)).body.code).toBe('sold_out');
    expect((await pay(user, booking.id)).status).toBe(201);
    expect(await standing(user)).toMatchObject({ status: 'booked', offerExpiresAt: null });
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 0 });
    await expectNoDifference(world(), flightId);
  });

  test('is passed over when it does not fit, keeps its place, and the rest goes on sale', async () => {
    const { flightId, free } = await soldOut(4);
    const { issuer } = world();
    const [three, two, one] = [issuer.user(), issuer.user(), issuer.user()];
    await join(three, flightId, 3);
    await join(two, flightId, 2);
    await free(0);
    expect([await standing(three), await standing(two)]).toMatchObject([{ status: 'waiting' }, { status: 'waiting' }]);
    // One seat is too few for anybody who waits: it is on sale.
    expect((await buy(issuer.user(), flightId)).status).toBe(201);
    await join(one, flightId, 1);
    await free(1);
    expect(await standing(one)).toMatchObject({ status: 'offered' });
    await free(2);
    await free(3);
    expect([await standing(three), await standing(two)]).toMatchObject([{ status: 'waiting' }, { status: 'offered' }]);
    await expectNoDifference(world(), flightId);
  });

  test('is offered seats at once where they are free and nobody before it fits', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 2 }));
    const [first, second, third] = [issuer.user(), issuer.user(), issuer.user()];
    const joined = await join(first, flightId, 2);
    expect(joined.body).toMatchObject({ status: 'offered', bookingId: expect.stringMatching(/^bkg_/) });
    expect(joined.body.offerExpiresAt).not.toBeNull();
    expect((await join(first, flightId)).body.code).toBe('already_waiting');
    await join(second, flightId, 2);
    await cancel(first, joined.body.bookingId);
    expect(await standing(second)).toMatchObject({ status: 'offered' });
    // Its offer is over: it may wait again, behind whoever came meanwhile.
    await join(third, flightId, 2);
    expect((await join(first, flightId, 2)).status).toBe(201);
    await cancel(second, (await standing(second)).bookingId);
    expect(await standing(third)).toMatchObject({ status: 'offered' });
    expect((await list(first)).data.map((entry: { status: string }) => entry.status)).toEqual(['waiting', 'closed']);
  });

  test('of a user who holds as many seats as may be is passed over, and served when that ends', async () => {
    const { flightId, free } = await soldOut(2);
    const { issuer, catalogue } = world();
    const [holder, next] = [issuer.user(), issuer.user()];
    const held = await hold(holder, catalogue.put(buildFlight()), 4);
    await join(holder, flightId);
    await join(next, flightId);
    await free(0);
    expect([await standing(holder), await standing(next)]).toMatchObject([
      { status: 'waiting' },
      { status: 'offered' },
    ]);
    await free(1);
    expect(await standing(holder)).toMatchObject({ status: 'waiting' });
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 1 });
    await cancel(holder, held.body.id);
    await eventually(async () => expect(await standing(holder)).toMatchObject({ status: 'offered' }));
    expect(await heldBy(world(), holder.userId)).toBe(1);
    expect((await join(issuer.user(), flightId, 5)).body).toMatchObject({ status: 409, code: 'hold_limit' });
  });

  test('leaves the line by itself alone, and not while it has an offer', async () => {
    const { flightId, free } = await soldOut(1);
    const { issuer } = world();
    const [gone, offered, next] = [issuer.user(), issuer.user(), issuer.user()];
    const { body: left } = await join(gone, flightId);
    const { body: entry } = await join(offered, flightId);
    await join(next, flightId);
    expect((await leave(offered, left.id)).body).toMatchObject({ status: 404, code: 'waitlist_entry_not_found' });
    expect((await leave(gone, left.id)).status).toBe(204);
    expect((await leave(gone, left.id)).status).toBe(404);
    expect((await list(gone)).data).toEqual([]);
    await free(0);
    const refused = await leave(offered, entry.id);
    const { bookingId } = await standing(offered);
    expect(refused.body).toMatchObject({ status: 409, code: 'waitlist_offered', bookingId });

    await cancel(offered, bookingId);
    expect(await standing(next)).toMatchObject({ status: 'offered' });
    expect(await standing(offered)).toMatchObject({ status: 'closed' });
    expect((await leave(offered, entry.id)).status).toBe(204);
    expect((await list(offered)).data).toEqual([]);
  });

  test('gets seats that the airline adds, in the transaction that takes in the news', async () => {
    const { flight, flightId } = await soldOut(1);
    const { issuer, catalogue } = world();
    const [first, second, third] = [issuer.user(), issuer.user(), issuer.user()];
    await join(first, flightId, 2);
    await join(second, flightId, 1);
    await join(third, flightId, 1);
    const larger = revise(flight, withSeats(flight, 4));
    catalogue.put(larger);
    catalogue.tell('flight.updated', larger);
    await eventually(async () => expect(await standing(first)).toMatchObject({ status: 'offered' }));
    expect(await standing(second)).toMatchObject({ status: 'offered' });
    expect(await standing(third)).toMatchObject({ status: 'waiting' });
    // Held, sold, and given away in the transaction that added seats: they were never on sale.
    expect(await freeSeatsTold(world(), flightId)).toEqual([0, 0, 0]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 3 });
    await expectNoDifference(world(), flightId);
  });

  test('is offered the present fare and the present times', async () => {
    const { flight, flightId, free } = await soldOut(1);
    const user = world().issuer.user();
    await join(user, flightId);
    const fares = flight.flight.fares.map((fare) => ({ ...fare, price: { amount: 35_000, currency: 'USD' } }));
    const changed = revise(flight, { ...delay(flight, 60), fares });
    world().catalogue.put(changed);
    world().catalogue.tell('flight.updated', changed);
    await eventually(async () => {
      const [copy] = await world().rows<{ version: number }>('SELECT version FROM flights WHERE id = ?', [flightId]);
      expect(copy?.version).toBe(2);
    });
    await free(0);
    const booking = await read(user, (await standing(user)).bookingId);
    expect(booking.total.amount).toBe(35_000);
    expect(booking.segments[0].departureTime).toBe(changed.flight.departureTime);
  });

  test('waits in vain when the flight is cancelled or leaves too soon', async () => {
    const { flight, flightId, free } = await soldOut(1);
    const { issuer, catalogue } = world();
    const user = issuer.user();
    const { body: entry } = await join(user, flightId);
    const cancelled = revise(flight, { status: 'cancelled' });
    catalogue.put(cancelled);
    catalogue.tell('flight.cancelled', cancelled);
    await eventually(async () => expect(await standing(user)).toMatchObject({ id: entry.id, status: 'closed' }), {
      timeoutMs: 15_000,
    });
    await free(0);
    expect(await standing(user)).toMatchObject({ status: 'closed', bookingId: null });
    expect((await join(issuer.user(), flightId)).body.code).toBe('flight_not_bookable');

    const soon = catalogue.put(buildFlight({ departsInMs: 33 * 60_000 }));
    expect((await join(issuer.user(), soon)).body).toMatchObject({ status: 409, code: 'flight_not_bookable' });
    expect((await join(issuer.user(), 'flt_nowhere')).body).toMatchObject({ status: 404, code: 'flight_not_found' });
  });

  test('is not offered a hold that lasts beyond the end of sales', async () => {
    const { issuer, catalogue } = world();
    const flight = buildFlight({ departsInMs: 45 * 60_000 });
    const { body } = await join(issuer.user(), catalogue.put(flight));
    expect(Date.parse(body.offerExpiresAt)).toBe(Date.parse(flight.flight.departureTime) - 30 * 60_000);
  });

  test('that asks twice with one key waits once, and is answered the same', async () => {
    const { flightId } = await soldOut(1);
    const user = world().issuer.user();
    const key = { 'Idempotency-Key': 'wait-for-it' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => join(user, flightId, 1, {}, key)));
    const [first] = answers;
    expect(first?.status).toBe(201);
    for (const answer of answers) expect(answer.body).toEqual(first?.body);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(5);
    expect((await join(user, flightId, 2, {}, key)).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await list(user)).data).toHaveLength(1);
  });

  test('waits for 20 flights at most, whatever it sends at once', async () => {
    const { issuer, catalogue } = world();
    const user = issuer.user();
    const flights = Array.from({ length: 22 }, () => catalogue.put(buildFlight({ economySeats: 1 })));
    const answers = await Promise.all(flights.map((flightId) => join(user, flightId, 2)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ body }) => body.code === 'waitlist_limit')).toHaveLength(2);
    const first = await list(user, '?limit=15');
    const second = await list(user, `?limit=15&cursor=${first.nextCursor}`);
    const ids = [...first.data, ...second.data].map((entry: { id: string }) => entry.id);
    expect([ids.length, new Set(ids).size, second.nextCursor]).toEqual([20, 20, null]);
    expect((await call(world().url, 'GET /waitlist?cursor=e30', { token: user.token })).status).toBe(400);
  });

  test.for([
    [{ passengers: [] }, '/passengers'],
    [{ passengers: party(10) }, '/passengers'],
    [{ cabin: 'first' }, '/cabin'],
    [{ cabin: 'cargo' }, '/cabin'],
    [{ flightId: 7 }, '/flightId'],
    [{ contact: { email: 'nobody' } }, '/contact/email'],
    [{ status: 'offered' }, '/status'],
    [{ passengers: [{ firstName: 'Anne', lastName: 'Lovelace', type: 'infant' }] }, '/passengers/0/type'],
  ])('that is asked for with %j is refused with a pointer to %s', async ([wrong, pointer]) => {
    const flightId = world().catalogue.put(buildFlight());
    const user = world().issuer.user();
    const answer = await join(user, flightId, 1, wrong as object);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    expect((await list(user)).data).toEqual([]);
  });

  test('nobody is overtaken: of 20 parties the first 12 get the seats of 12 cancellations at once, a crowd of buyers none', async () => {
    const { issuer, startAnother, rows, url } = world();
    const other = await startAnother();
    const { flightId, free } = await soldOut(12);
    const users = Array.from({ length: 20 }, () => issuer.user());
    for (const user of users) expect((await join(user, flightId)).body.status).toBe('waiting');
    const urls = Array.from({ length: 48 }, (_, turn) => (turn % 2 === 0 ? url : other.url));
    const [buyers] = await Promise.all([
      Promise.all(urls.map((at) => buy(issuer.user(), flightId, 1, at))),
      Promise.all(Array.from({ length: 12 }, (_, place) => free(place, urls[place]))),
    ]);
    expect(new Set(buyers.map(({ body }) => body.code))).toEqual(new Set(['sold_out']));
    const entries = await rows<{ user_id: string; status: string }>(
      'SELECT user_id, status FROM waitlist_entries WHERE flight_id = ? ORDER BY position',
      [flightId],
    );
    expect(entries.map((row) => row.user_id)).toEqual(users.map(({ userId }) => userId));
    expect(entries.map((row) => row.status)).toEqual([
      ...Array.from({ length: 12 }, () => 'offered'),
      ...Array.from({ length: 8 }, () => 'waiting'),
    ]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 12 });
    await expectNoDifference(world(), flightId);
    await other.stop();
  });

  test('20 parties that join and leave while seats are freed one by one stand in one order, and each is offered once', async () => {
    const { issuer, rows } = world();
    const { flightId, free } = await soldOut(8);
    const users = Array.from({ length: 20 }, () => issuer.user());
    const [joined] = await Promise.all([
      Promise.all(
        users.map(async (user, place) => {
          const { body } = await join(user, flightId);
          if (place % 4 === 0) await leave(user, body.id);
          return body.id as string;
        }),
      ),
      Promise.all(Array.from({ length: 8 }, (_, place) => free(place))),
    ]);
    expect(new Set(joined).size).toBe(20);
    const entries = await rows<{ position: number; status: string; id: string }>(
      'SELECT id, position, status FROM waitlist_entries WHERE flight_id = ? ORDER BY position',
      [flightId],
    );
    expect(entries.map(({ position }) => Number(position))).toEqual(
      Array.from({ length: 20 }, (_, place) => place + 1),
    );
    const withoutLeft = entries.filter(({ status }) => status !== 'withdrawn').map(({ status }) => status);
    expect(withoutLeft.filter((status) => status === 'offered')).toHaveLength(8);
    // Nobody behind the last who got something would have been served before those who wait.
    expect(withoutLeft.lastIndexOf('offered')).toBeLessThan(withoutLeft.indexOf('waiting'));
    for (const { id, status } of entries) {
      expect(await typesToldOf(world(), id)).toEqual(status === 'offered' ? ['waitlist.offered'] : []);
    }
    await expectNoDifference(world(), flightId);
  });
});

describeOnEachDatabase('an offer of a second', (database) => {
  const world = useBookingService(database, {
    PAYMENT_PROVIDER: 'sandbox',
    WAITLIST_OFFER_MINUTES: '0.02',
  });
  const customers = customersOf(world);
  const { buy, cancel, join } = customers;

  test('lapses, and the next party has it, in the order of the line, until nobody waits', async () => {
    const { issuer, catalogue, rows } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 1 }));
    const owner = issuer.user();
    const { body: sold } = await buy(owner, flightId);
    const users = [issuer.user(), issuer.user(), issuer.user()];
    for (const user of users) await join(user, flightId);
    await cancel(owner, sold.id);
    await eventually(
      async () => {
        for (const user of users) expect(await standingOf(customers, user)).toMatchObject({ status: 'closed' });
      },
      { timeoutMs: 20_000 },
    );
    const offered = await rows<{ user_id: string }>(
      `SELECT user_id FROM bookings WHERE status = 'expired' AND id IN (SELECT booking_id FROM waitlist_entries)
       ORDER BY created_at_ms`,
    );
    expect(offered.map((row) => row.user_id)).toEqual(users.map(({ userId }) => userId));
    // Held and sold, offered three times, each time by the transaction that freed the seat, and free in the end.
    expect(await freeSeatsTold(world(), flightId)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
    expect((await buy(issuer.user(), flightId)).status).toBe(201);
    await expectNoDifference(world(), flightId);
  });
});

describeOnEachDatabase('holds on many flights that end at once', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', HOLD_MINUTES: '0.1' });
  const customers = customersOf(world);

  test('give each line its seats in the turn that ends them', async () => {
    const { issuer, catalogue } = world();
    const flights = Array.from({ length: 24 }, () => catalogue.put(buildFlight({ economySeats: 2 })));
    await Promise.all(flights.map((flightId) => customers.hold(issuer.user(), flightId, 2)));
    const firsts = flights.map((flightId) => ({ flightId, user: issuer.user() }));
    const joined = await Promise.all(firsts.map(({ flightId, user }) => customers.join(user, flightId, 2)));
    expect(new Set(joined.map(({ body }) => body.status))).toEqual(new Set(['waiting']));
    await eventually(
      async () => {
        for (const { user } of firsts) expect(await standingOf(customers, user)).toMatchObject({ status: 'offered' });
      },
      { timeoutMs: 20_000, intervalMs: 200 },
    );
    // Held for buyers, then for the line, and never free between.
    for (const { flightId } of firsts) expect(await freeSeatsTold(world(), flightId)).toEqual([0, 0]);
  });
});

describeOnEachDatabase('a waiting party where nothing is paid', (database) => {
  const world = useBookingService(database);
  const customers = customersOf(world);
  const { hold, cancel, join, read } = customers;

  test('is given its seats: the booking is confirmed at once, and everybody has a seat', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight({ economySeats: 2 }));
    const owner = issuer.user();
    const { body: sold } = await hold(owner, flightId, 2);
    const user = issuer.user();
    await join(user, flightId, 2);
    await cancel(owner, sold.id);
    const entry = await standingOf(customers, user);
    expect(entry).toMatchObject({ status: 'booked', offerExpiresAt: null });
    const booking = await read(user, entry.bookingId);
    expect(booking).toMatchObject({ status: 'confirmed', holdExpiresAt: null, payments: [] });
    for (const { seats } of booking.passengers) expect(seats[flightId]).toMatch(/^\d+[A-Z]$/);
    expect(await typesToldOf(world(), booking.id)).toEqual(['booking.created', 'booking.confirmed']);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 2, held: 0 });
    await expectNoDifference(world(), flightId);
  });
});
