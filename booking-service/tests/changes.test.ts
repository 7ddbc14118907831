import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, delay, revise } from './flight-catalogue-server.ts';
import { expectNoDifference, heldBy, moneyOf, seatsTaken, typesToldOf } from './what-is-written.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const cardWith = (token: string) => ({ method: 'card', token });
const card = cardWith('tok_visa');

/** Of the flights here: economy costs 299.00, business 1,200.00, and to give a seat up 30.00. */
const economyMinor = 29_900;
const businessMinor = 120_000;
const feeMinor = 3_000;

describeOnEachDatabase('a change', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', PAYMENT_TIMEOUT_SECONDS: '0.5' });

  const putFlight = (more: Parameters<typeof buildFlight>[0] = {}) => world().catalogue.put(buildFlight(more));
  async function book(more: object = {}, user = world().issuer.user()) {
    const flightId = putFlight();
    const order = buildOrder(flightId, { payment: card, ...more });
    const placed = await call(world().url, 'POST /bookings', { token: user.token, body: order });
    expect(placed.status).toBe(201);
    return { booking: placed.body, flightId, user };
  }
  const change = (
    { token }: Pick<TestUser, 'token'>,
    id: string,
    flights: readonly (readonly [string, string])[],
    more: object = {},
    headers: Record<string, string> = {},
  ) =>
    call(world().url, `POST /bookings/${id}/change`, {
      token,
      headers,
      body: { flights: flights.map(([flightId, cabin]) => ({ flightId, cabin })), ...more },
    });
  const read = async (user: TestUser, id: string) =>
    (await call(world().url, `GET /bookings/${id}`, { token: user.token })).body;
  const counts = (flightId: string) =>
    world().rows<{ cabin: string; sold: number; held: number }>(
      'SELECT cabin, sold, held FROM cabin_inventories WHERE flight_id = ? AND sold + held > 0',
      [flightId],
    );
  /** That nobody's money or seats got lost: what is kept is what is held, and the fees. */
  async function expectBalanced(user: TestUser, id: string, feesMinor: number): Promise<void> {
    const { total } = await read(user, id);
    await eventually(async () => {
      const { taken, returned } = await moneyOf(world(), user.userId);
      expect(taken - returned).toBe(total.amount + feesMinor);
    });
    expect(await world().rows('SELECT * FROM change_segments WHERE booking_id = ?', [id])).toEqual([]);
  }

  test('to a dearer flight charges the difference and the fee, and gives the old seats back', async () => {
    const { booking, flightId, user } = await book();
    const otherId = putFlight();
    const changed = await change(user, booking.id, [[otherId, 'business']], { payment: card });

    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      id: booking.id,
      reference: booking.reference,
      status: 'confirmed',
      total: usd(businessMinor),
      segments: [{ flightId: otherId, cabin: 'business', fare: { price: usd(businessMinor) } }],
      payments: [
        { status: 'succeeded', amount: usd(economyMinor) },
        { status: 'succeeded', amount: usd(businessMinor - economyMinor + feeMinor) },
      ],
      refunds: [],
    });
    expect(await read(user, booking.id)).toEqual(changed.body);
    expect(await counts(flightId)).toEqual([]);
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect(await counts(otherId)).toEqual([{ cabin: 'business', sold: 1, held: 0 }]);
    expect(await typesToldOf(world(), booking.id)).toEqual(['booking.created', 'booking.confirmed', 'booking.changed']);
    await expectBalanced(user, booking.id, feeMinor);
    const history = await call(world().url, `GET /bookings/${booking.id}/history`, { token: user.token });
    expect(history.body.data.map(({ action }: { action: string }) => action)).toEqual([
      'placed',
      'payment_started',
      'rebooked',
    ]);
  });

  test('to a cheaper flight gives the difference back, less the fee, without a payment', async () => {
    const user = world().issuer.user();
    const flightId = putFlight();
    const order = buildOrder(flightId, { flights: [{ flightId, cabin: 'business' }], payment: card });
    const { body: booking } = await call(world().url, 'POST /bookings', { token: user.token, body: order });
    const changed = await change(user, booking.id, [[flightId, 'economy']]);

    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      total: usd(economyMinor),
      refunds: [{ amount: usd(businessMinor - economyMinor - feeMinor), rule: 'fare_difference' }],
    });
    expect(changed.body.passengers[0].seats[flightId]).toMatch(/^\d+[A-D]$/);
    expect(await counts(flightId)).toEqual([{ cabin: 'economy', sold: 1, held: 0 }]);
    await expectBalanced(user, booking.id, feeMinor);
    await expectNoDifference(world(), flightId);
  });

  test('that costs more says what is due when no payment is given, and changes nothing', async () => {
    const { booking, flightId, user } = await book();
    const otherId = putFlight();
    const refused = await change(user, booking.id, [[otherId, 'economy']]);

    expect(refused.status).toBe(402);
    expect(refused.body).toMatchObject({
      code: 'payment_required',
      due: usd(feeMinor),
      fee: usd(feeMinor),
      total: usd(economyMinor),
    });
    expect(await read(user, booking.id)).toEqual(booking);
    expect([await counts(flightId), await counts(otherId)]).toEqual([[{ cabin: 'economy', sold: 1, held: 0 }], []]);
  });

  test('keeps flights that stay, with their price and seats', async () => {
    const { booking, flightId, user } = await book();
    const backId = putFlight({ departsInMs: 3 * 86_400_000 });
    const flights = [
      [flightId, 'economy'],
      [backId, 'economy'],
    ] as const;
    const changed = await change(user, booking.id, flights, { payment: card, expectedTotal: usd(2 * economyMinor) });

    expect(changed.status).toBe(200);
    expect(changed.body.total).toEqual(usd(2 * economyMinor));
    expect(changed.body.segments[0]).toEqual(booking.segments[0]);
    expect(changed.body.passengers[0].seats).toMatchObject(booking.passengers[0].seats);
    // No seat was given up, so there is no fee.
    expect(changed.body.payments[1].amount).toEqual(usd(economyMinor));
    await expectBalanced(user, booking.id, 0);

    const same = await change(user, booking.id, flights);
    expect(same).toMatchObject({ status: 200, body: changed.body });
  });

  test('whose payment is declined leaves the booking as it was', async () => {
    const { booking, flightId, user } = await book();
    const otherId = putFlight();
    const declined = await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_declined') });

    expect(declined).toMatchObject({ status: 402, body: { code: 'payment_declined', failureCode: 'card_declined' } });
    const now = await read(user, booking.id);
    expect(now).toMatchObject({
      status: 'confirmed',
      segments: booking.segments,
      total: booking.total,
      payments: [{ status: 'succeeded' }, { status: 'failed' }],
    });
    expect([await counts(flightId), await counts(otherId)]).toEqual([[{ cabin: 'economy', sold: 1, held: 0 }], []]);
    await expectBalanced(user, booking.id, 0);
    expect((await change(user, booking.id, [[otherId, 'business']], { payment: card })).status).toBe(200);
  });

  test('whose payment has no answer holds both, until somebody else brings it to its end', async () => {
    const { booking, flightId, user } = await book();
    const otherId = putFlight();
    const waiting = await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });

    expect(waiting.status).toBe(200);
    expect(waiting.body).toMatchObject({
      segments: [{ flightId }],
      payments: [{ status: 'succeeded' }, { status: 'processing' }],
    });
    expect(await counts(otherId)).toEqual([{ cabin: 'business', sold: 0, held: 1 }]);
    for (const action of ['cancel', 'change']) {
      const body = action === 'change' ? { flights: [{ flightId: otherId, cabin: 'economy' }] } : undefined;
      const refused = await call(world().url, `POST /bookings/${booking.id}/${action}`, { token: user.token, body });
      expect(refused.body.code).toBe('payment_in_progress');
    }
    await eventually(async () => expect((await read(user, booking.id)).segments[0].flightId).toBe(otherId));
    expect(await counts(flightId)).toEqual([]);
    expect(await counts(otherId)).toEqual([{ cabin: 'business', sold: 1, held: 0 }]);
    await expectBalanced(user, booking.id, feeMinor);
  });

  test('repeated under its key is made once, and answered the same', async () => {
    const { booking, user } = await book();
    const otherId = putFlight();
    const headers = { 'Idempotency-Key': `change-${booking.id}` };
    const ask = () => change(user, booking.id, [[otherId, 'business']], { payment: card }, headers);
    const answers = await Promise.all([ask(), ask(), ask()]);
    const again = await ask();
    const made = answers.filter(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status !== 200).every(({ status }) => status === 409)).toBe(true);
    expect(made.length).toBeGreaterThan(0);
    for (const one of made) expect(one.body).toEqual(again.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await expectBalanced(user, booking.id, feeMinor);
  });

  test('of a booking that is held and not paid costs nothing, and goes on being held', async () => {
    const { booking, flightId, user } = await book({ payment: undefined });
    const otherId = putFlight();
    const changed = await change(user, booking.id, [[otherId, 'business']]);
    expect(changed).toMatchObject({
      status: 200,
      body: { status: 'pending', total: usd(businessMinor), holdExpiresAt: booking.holdExpiresAt, payments: [] },
    });
    expect([await counts(flightId), await counts(otherId)]).toEqual([[], [{ cabin: 'business', sold: 0, held: 1 }]]);
    const paid = await call(world().url, `POST /bookings/${booking.id}/payments`, { token: user.token, body: card });
    expect(paid.body.amount).toEqual(usd(businessMinor));
    await expectBalanced(user, booking.id, 0);
  });

  test('gives the seats it leaves to the first who waits for them, in the same transaction', async () => {
    const fullId = putFlight({ economySeats: 1 });
    const user = world().issuer.user();
    const order = buildOrder(fullId, { payment: card });
    const { body: booking } = await call(world().url, 'POST /bookings', { token: user.token, body: order });
    const waiting = world().issuer.user();
    const party = { flightId: fullId, cabin: 'economy', passengers: order.passengers, contact: order.contact };
    const joined = await call(world().url, 'POST /waitlist', { token: waiting.token, body: party });
    expect(joined).toMatchObject({ status: 201, body: { status: 'waiting' } });

    expect((await change(user, booking.id, [[putFlight(), 'business']], { payment: card })).status).toBe(200);
    expect(await counts(fullId)).toEqual([{ cabin: 'economy', sold: 0, held: 1 }]);
    const inventories = await world().rows<{ envelope: string }>(
      "SELECT envelope FROM outbox WHERE type = 'inventory.changed' AND subject = ? ORDER BY id",
      [fullId],
    );
    const taken = inventories.map(({ envelope }) => {
      const { cabins }: InventoryEventData = JSON.parse(envelope).data;
      return cabins.filter(({ cabin }) => cabin === 'economy').map(({ sold, held }) => sold + held);
    });
    // Nobody was ever told that the seat is free.
    expect(taken).toEqual(inventories.map(() => [1]));
    const [entry] = (await call(world().url, 'GET /waitlist', { token: waiting.token })).body.data;
    expect(entry).toMatchObject({ status: 'offered' });
  });

  test('to a flight that is full, gone or unknown is refused, and the old seats stay', async () => {
    const { booking, flightId, user } = await book();
    const fullId = putFlight({ economySeats: 1 });
    const buyer = world().issuer.user();
    await call(world().url, 'POST /bookings', { token: buyer.token, body: buildOrder(fullId, { payment: card }) });
    const cancelledId = putFlight({ status: 'cancelled' });
    for (const [id, status, code] of [
      [fullId, 409, 'sold_out'],
      [cancelledId, 409, 'flight_not_bookable'],
      ['flt_unknown', 404, 'flight_not_found'],
    ] as const) {
      const refused = await change(user, booking.id, [[id, 'economy']], { payment: card });
      expect(refused).toMatchObject({ status, body: { code } });
    }
    expect(await counts(flightId)).toEqual([{ cabin: 'economy', sold: 1, held: 0 }]);
    expect(await read(user, booking.id)).toEqual(booking);
  });

  test('at another price than expected is refused with the present one', async () => {
    const { booking, user } = await book();
    const refused = await change(user, booking.id, [[putFlight(), 'business']], {
      payment: card,
      expectedTotal: usd(economyMinor),
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'price_changed', total: usd(businessMinor) } });
  });

  test('of a flight that has left is refused; the others of the booking can still be changed', async () => {
    const { booking, flightId, user } = await book();
    const backId = putFlight({ departsInMs: 3 * 86_400_000 });
    const both = [
      [flightId, 'economy'],
      [backId, 'economy'],
    ] as const;
    expect((await change(user, booking.id, both, { payment: card })).status).toBe(200);
    await world().rewrite('UPDATE segments SET departs_at_ms = 1 WHERE booking_id = ? AND flight_id = ?', [
      booking.id,
      flightId,
    ]);
    const refused = await change(user, booking.id, [[backId, 'economy']]);
    expect(refused).toMatchObject({ status: 409, body: { code: 'departed', flightId } });
    const otherBackId = putFlight({ departsInMs: 4 * 86_400_000 });
    const kept = [both[0], [otherBackId, 'economy'] as const];
    expect((await change(user, booking.id, kept, { payment: card })).status).toBe(200);
    await expectBalanced(user, booking.id, feeMinor);
  });

  test("of somebody else's booking is answered as for one that does not exist, but staff may", async () => {
    const { booking } = await book();
    const otherId = putFlight();
    const stranger = world().issuer.user();
    const [theirs, unknown] = [
      await change(stranger, booking.id, [[otherId, 'economy']], { payment: card }),
      await change(stranger, 'bkg_unknown', [[otherId, 'economy']], { payment: card }),
    ];
    expect(theirs).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    const support = world().issuer.support();
    expect((await change(support, booking.id, [[otherId, 'economy']], { payment: card })).status).toBe(200);
  });

  test('that breaks the schema is refused with a pointer', async () => {
    const { booking, flightId, user } = await book();
    const twice = await change(user, booking.id, [
      [flightId, 'economy'],
      [flightId, 'business'],
    ]);
    expect(twice).toMatchObject({ status: 422, body: { errors: [{ pointer: '/flights' }] } });
    const none = await change(user, booking.id, []);
    expect(none).toMatchObject({ status: 422, body: { errors: [{ pointer: '/flights' }] } });
    const cabin = await change(user, booking.id, [[putFlight(), 'first']]);
    expect(cabin).toMatchObject({ status: 422, body: { errors: [{ pointer: '/flights/0/cabin' }] } });
  });

  test('to a day on which an infant of the party is none any more is refused with a pointer at the flights', async () => {
    const birthday = new Date(Date.now() + 5 * 86_400_000);
    const dateOfBirth = new Date(birthday.setUTCFullYear(birthday.getUTCFullYear() - 2)).toISOString().slice(0, 10);
    const { booking, flightId, user } = await book({
      passengers: [
        { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' },
        { firstName: 'Anne', lastName: 'Lovelace', type: 'infant', dateOfBirth },
      ],
    });
    const laterId = putFlight({ departsInMs: 9 * 86_400_000 });
    const refused = await change(user, booking.id, [[laterId, 'economy']], { payment: card });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/flights', code: 'not_an_infant' }] } });
    expect(await counts(flightId)).toEqual([{ cabin: 'economy', sold: 1, held: 0 }]);
    const soonId = putFlight({ departsInMs: 2 * 86_400_000 });
    expect((await change(user, booking.id, [[soonId, 'economy']], { payment: card })).status).toBe(200);
  });

  test('that is cancelled with all its payments gives all of them back as the fares say', async () => {
    const { booking, user } = await book();
    const otherId = putFlight();
    await change(user, booking.id, [[otherId, 'business']], { payment: card });
    const quote = await call(world().url, `GET /bookings/${booking.id}/refund-quote`, { token: user.token });
    expect(quote.body).toMatchObject({ refund: usd(businessMinor - 5_000), fee: usd(5_000 + feeMinor) });
    const cancelled = await call(world().url, `POST /bookings/${booking.id}/cancel`, { token: user.token });
    const refunded = cancelled.body.refunds.map(({ amount }: { amount: { amount: number } }) => amount.amount);
    expect(refunded.reduce((sum: number, one: number) => sum + one, 0)).toBe(businessMinor - 5_000);
    await eventually(async () => {
      const { taken, returned } = await moneyOf(world(), user.userId);
      expect(taken - returned).toBe(5_000 + feeMinor);
    });
  });

  test('is free when the airline moved the flight by more than three hours', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const user = world().issuer.user();
    const order = buildOrder(flightId, { payment: card });
    const { body: booking } = await call(world().url, 'POST /bookings', { token: user.token, body: order });
    const moved = revise(flight, delay(flight, 181));
    world().catalogue.put(moved);
    world().catalogue.tell('flight.updated', moved);
    await eventually(async () => expect((await read(user, booking.id)).version).toBeGreaterThan(booking.version));
    const quote = await call(world().url, `GET /bookings/${booking.id}/refund-quote`, { token: user.token });
    expect(quote.body).toMatchObject({ refund: usd(economyMinor), lines: [{ rule: 'airline_changed' }] });
    expect((await change(user, booking.id, [[putFlight(), 'economy']])).status).toBe(200);
    await expectBalanced(user, booking.id, 0);
  });

  test('to a flight that is cancelled while it is being paid gives the money back, and the booking stays', async () => {
    const { booking, flightId, user } = await book();
    const other = buildFlight();
    const otherId = world().catalogue.put(other);
    const waiting = await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });
    expect(waiting.body.payments[1].status).toBe('processing');
    const cancelled = revise(other, { status: 'cancelled' });
    world().catalogue.put(cancelled);
    world().catalogue.tell('flight.cancelled', cancelled);

    await eventually(async () =>
      expect((await read(user, booking.id)).refunds).toMatchObject([{ rule: 'change_not_made', status: 'succeeded' }]),
    );
    expect(await read(user, booking.id)).toMatchObject({ status: 'confirmed', segments: booking.segments });
    expect([await counts(flightId), await counts(otherId)]).toEqual([[{ cabin: 'economy', sold: 1, held: 0 }], []]);
    await expectBalanced(user, booking.id, 0);
  });

  test('from a flight that is cancelled while it is being paid gives back everything', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const user = world().issuer.user();
    const order = buildOrder(flightId, { payment: card });
    const { body: booking } = await call(world().url, 'POST /bookings', { token: user.token, body: order });
    const otherId = putFlight();
    await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });
    const cancelled = revise(flight, { status: 'cancelled' });
    world().catalogue.put(cancelled);
    world().catalogue.tell('flight.cancelled', cancelled);

    await eventually(async () => {
      const { taken, returned } = await moneyOf(world(), user.userId);
      expect([taken, returned]).toEqual([taken, taken]);
      expect(taken).toBe(businessMinor + feeMinor);
    });
    expect(await read(user, booking.id)).toMatchObject({ status: 'cancelled' });
    expect([await counts(flightId), await counts(otherId)]).toEqual([[], []]);
  });

  test('is not made any more when one of its flights leaves while it is being paid, and the money goes back', async () => {
    for (const [table, ofWhich] of [
      ['segments', 'old'],
      ['change_segments', 'new'],
    ] as const) {
      const { booking, flightId, user } = await book();
      const otherId = putFlight();
      await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });
      await world().rewrite(`UPDATE ${table} SET departs_at_ms = 1 WHERE booking_id = ?`, [booking.id]);
      await eventually(async () =>
        expect((await read(user, booking.id)).refunds, ofWhich).toMatchObject([
          { rule: 'change_not_made', status: 'succeeded' },
        ]),
      );
      expect(await read(user, booking.id)).toMatchObject({ status: 'confirmed', segments: [{ flightId }] });
      expect([await counts(flightId), await counts(otherId)]).toEqual([[{ cabin: 'economy', sold: 1, held: 0 }], []]);
      await expectBalanced(user, booking.id, 0);
    }
  });

  test('to a flight that is moved while it is being paid shows the new times in the end', async () => {
    const { booking, user } = await book();
    const other = buildFlight();
    const otherId = world().catalogue.put(other);
    await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });
    const moved = revise(other, delay(other, 60));
    world().catalogue.put(moved);
    world().catalogue.tell('flight.updated', moved);
    await eventually(async () =>
      expect((await read(user, booking.id)).segments).toMatchObject([
        { flightId: otherId, departureTime: moved.flight.departureTime },
      ]),
    );
    await expectBalanced(user, booking.id, feeMinor);
  });

  test('that is paid while news of its new flight are being carried into bookings hears of them all the same', async () => {
    const { booking, user } = await book();
    const other = buildFlight();
    const otherId = world().catalogue.put(other);
    await change(user, booking.id, [[otherId, 'business']], { payment: cardWith('tok_timeout') });
    const moved = revise(other, { ...delay(other, 60), airplane: { id: 'apl_2', model: 'Airbus A350' } });
    const answer = world().catalogue.keepWaiting();
    const asked = world().catalogue.asked();
    world().catalogue.put(moved);
    world().catalogue.tell('flight.updated', moved);
    // No booking has the flight yet; whoever carries the news asks for the layout of the new airplane.
    await eventually(() => expect(world().catalogue.asked()).toBeGreaterThan(asked));
    await eventually(async () => expect((await read(user, booking.id)).segments[0].flightId).toBe(otherId));
    answer();
    await eventually(async () =>
      expect((await read(user, booking.id)).segments).toMatchObject([{ departureTime: moved.flight.departureTime }]),
    );
  });

  test('of a held booking to flights that cost nothing leaves nothing to pay, and confirms it', async () => {
    const { booking, user } = await book({ payment: undefined });
    const freeId = world().catalogue.put(withFares(buildFlight(), { price: usd(0) }));
    const changed = await change(user, booking.id, [[freeId, 'economy']]);
    expect(changed).toMatchObject({
      status: 200,
      body: { status: 'confirmed', holdExpiresAt: null, total: usd(0), payments: [] },
    });
    expect(changed.body.passengers[0].seats[freeId]).toMatch(/^\d+[A-D]$/);
    expect(await counts(freeId)).toEqual([{ cabin: 'economy', sold: 1, held: 0 }]);
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect(await typesToldOf(world(), booking.id)).toEqual(['booking.created', 'booking.changed', 'booking.confirmed']);
    await expectNoDifference(world(), freeId);
  });

  test('that would cost more than can be paid is refused', async () => {
    const { booking, user } = await book();
    const dear = usd(600_000_000_000);
    const ids = [1, 2].map(() => world().catalogue.put(withFares(buildFlight(), { price: dear })));
    const refused = await change(
      user,
      booking.id,
      ids.map((id) => [id, 'economy'] as const),
      { payment: card },
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/flights', code: 'total_too_large' }] },
    });
    expect(await read(user, booking.id)).toEqual(booking);
  });

  test('that asks for a payment is answered the same, byte for byte, when it is repeated', async () => {
    const { booking, user } = await book();
    const body = JSON.stringify({ flights: [{ flightId: putFlight(), cabin: 'business' }] });
    const ask = async () => {
      const response = await fetch(`${world().url}/bookings/${booking.id}/change`, {
        method: 'POST',
        body,
        headers: {
          Authorization: `Bearer ${user.token}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': `due-${booking.id}`,
        },
      });
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    const first = await ask();
    expect(first[0]).toBe(402);
    expect(await ask()).toEqual(first);
  });

  test('that staff makes is paid for by its key, and shows who asked for it', async () => {
    const { booking, user } = await book();
    const support = world().issuer.support();
    const otherId = putFlight();
    const headers = { 'Idempotency-Key': 'k1' };
    const ask = (who: TestUser) => change(who, booking.id, [[otherId, 'business']], { payment: card }, headers);
    const made = await ask(support);
    expect(made).toMatchObject({ status: 200, body: { userId: user.userId, segments: [{ flightId: otherId }] } });
    expect((await ask(support)).body).toEqual(made.body);
    expect((await ask(user)).headers.get('idempotent-replayed')).toBeNull();
    const history = await call(world().url, `GET /bookings/${booking.id}/history`, { token: support.token });
    expect(history.body.data[1].actor).toEqual({ type: 'staff', id: support.userId });
  });
});

/** A flight whose fares differ in one thing. */
function withFares({ flight, layout }: FlightForSale, changes: Partial<FlightForSale['flight']['fares'][number]>) {
  return { flight: { ...flight, fares: flight.fares.map((fare) => ({ ...fare, ...changes })) }, layout };
}
