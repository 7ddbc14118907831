import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startServerProcess } from '@jetbridge/testing/server-process.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';
import {
  bookingsOf,
  chargesOf,
  countsOf,
  expectNoDifference,
  heldBy,
  moneyOf,
  paymentsTold,
  seatsTaken,
  typesToldOf,
} from './what-is-written.ts';

const paymentWith = (token: string) => ({ method: 'card', token });
const priceMinor = 29_900;

describeOnEachDatabase('payments', (database) => {
  const world = useBookingService(database, {
    PAYMENT_PROVIDER: 'sandbox',
    HOLD_MINUTES: '0.02',
    PAYMENT_TIMEOUT_SECONDS: '0.5',
  });

  function seller(more: Parameters<typeof buildFlight>[0] = {}) {
    const flightId = world().catalogue.put(buildFlight(more));
    const user = world().issuer.user();
    return { flightId, user };
  }
  const book = (user: TestUser, flightId: string, more: object = {}) =>
    call(world().url, 'POST /bookings', { token: user.token, body: buildOrder(flightId, more) });
  const buy = (user: TestUser, flightId: string, token: string) =>
    book(user, flightId, { payment: paymentWith(token) });
  const pay = (user: TestUser, id: string, token: string) =>
    call(world().url, `POST /bookings/${id}/payments`, { token: user.token, body: paymentWith(token) });
  const cancel = (user: TestUser, id: string) =>
    call(world().url, `POST /bookings/${id}/cancel`, { token: user.token });
  const read = async (user: TestUser, id: string) =>
    (await call(world().url, `GET /bookings/${id}`, { token: user.token })).body;
  /** What is held for a second only, held for an hour. */
  const prolong = (id: string) =>
    world().rewrite('UPDATE bookings SET hold_expires_at_ms = hold_expires_at_ms + 3600000 WHERE id = ?', [id]);
  async function holdLong(user: TestUser, flightId: string) {
    const held = await book(user, flightId);
    await prolong(held.body.id);
    return held;
  }

  test('that succeed confirm the booking in the same answer, which shows them', async () => {
    const { flightId, user } = seller();
    const bought = await buy(user, flightId, 'tok_visa');

    expect(bought.status).toBe(201);
    expect(bought.body).toMatchObject({
      status: 'confirmed',
      holdExpiresAt: null,
      payments: [{ status: 'succeeded', method: 'card', amount: { amount: priceMinor, currency: 'USD' } }],
    });
    expect(bought.body.passengers[0].seats[flightId]).toMatch(/^\d+[A-D]$/);
    expect(await read(user, bought.body.id)).toEqual(bought.body);
    expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    expect(await paymentsTold(world(), user.userId)).toEqual(['payment.succeeded']);
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: 0 });
    expect(await heldBy(world(), user.userId)).toBe(0);
    const kept = await world().rows('SELECT token, attempt_deadline_ms FROM payments WHERE user_id = ?', [user.userId]);
    expect(kept).toEqual([{ token: null, attempt_deadline_ms: null }]);
    await expectNoDifference(world(), flightId);
  });

  test.for([
    ['tok_declined', 'card_declined'],
    ['tok_insufficient_funds', 'insufficient_funds'],
    ['tok_unheard_of', 'invalid_token'],
  ] as const)('with %s are declined, and nothing remains of the booking', async ([token, failureCode]) => {
    const { flightId, user } = seller({ economySeats: 1 });
    const seats = [{ flightId, passenger: 0, seat: '7C' }];
    const declined = await book(user, flightId, { payment: paymentWith(token), seats });

    expect(declined.status).toBe(402);
    expect(declined.body).toMatchObject({ status: 402, code: 'payment_declined', failureCode });
    expect(await bookingsOf(world(), user.userId)).toEqual([]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect(await paymentsTold(world(), user.userId)).toEqual(['payment.failed']);
    const told = await world().rows("SELECT type FROM outbox WHERE type LIKE 'booking.%' AND envelope LIKE ?", [
      `%${user.userId}%`,
    ]);
    expect(told).toEqual([]);
    expect((await call(world().url, 'GET /bookings', { token: user.token })).body.data).toEqual([]);
    expect((await book(world().issuer.user(), flightId, { payment: paymentWith('tok_visa'), seats })).status).toBe(201);
  });

  test('without an answer leave the booking pending, and are brought to their end later with one charge', async () => {
    const { flightId, user } = seller();
    const startedAt = performance.now();
    const bought = await buy(user, flightId, 'tok_timeout');

    expect(bought.status).toBe(201);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(bought.body).toMatchObject({ status: 'pending', payments: [{ status: 'processing' }] });
    expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created']);
    expect(await heldBy(world(), user.userId)).toBe(1);
    expect((await cancel(user, bought.body.id)).body.code).toBe('payment_in_progress');
    await eventually(async () => expect((await read(user, bought.body.id)).status).toBe('confirmed'));
    expect(await chargesOf(world(), user.userId)).toHaveLength(1);
    const asked = await world().rows(
      'SELECT asked FROM sandbox_charges JOIN payments ON payments.id = sandbox_charges.id WHERE user_id = ?',
      [user.userId],
    );
    expect(asked).toEqual([{ asked: 2 }]);
    expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    // Whoever writes mails asks nobody to pay meanwhile.
    const toldOfPayment = await world().rows(
      "SELECT type FROM outbox WHERE type LIKE 'booking.%' AND envelope LIKE ? AND envelope LIKE ?",
      [`%${user.userId}%`, '%"paymentProcessing":true%'],
    );
    expect(toldOfPayment).toEqual([{ type: 'booking.created' }]);
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 0 });
  });

  test('that fail after the client was told to wait leave a hold, which can be paid or lapses', async () => {
    const { flightId, user } = seller();
    const bought = await buy(user, flightId, 'tok_timeout');
    const [payment] = bought.body.payments;
    await world().rewrite("UPDATE sandbox_charges SET status = 'failed', failure_code = 'stolen' WHERE id = ?", [
      payment.id,
    ]);
    const expired = await eventually(async () => {
      const now = await read(user, bought.body.id);
      expect(now.status).toBe('expired');
      return now;
    });
    expect(expired.payments).toMatchObject([{ status: 'failed', failureCode: 'stolen' }]);
    expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created', 'booking.expired']);
    expect(await typesToldOf(world(), payment.id)).toEqual(['payment.failed']);
    expect(await heldBy(world(), user.userId)).toBe(0);
    await expectNoDifference(world(), flightId);
  });

  test('for a held booking answer with the payment; then there is nothing left to pay', async () => {
    const { flightId, user } = seller();
    const held = await holdLong(user, flightId);
    const declined = await pay(user, held.body.id, 'tok_declined');
    expect(declined.body).toMatchObject({ status: 402, code: 'payment_declined', failureCode: 'card_declined' });
    expect(await read(user, held.body.id)).toMatchObject({ status: 'pending', payments: [{ status: 'failed' }] });
    const paid = await pay(user, held.body.id, 'tok_visa');

    expect(paid.status).toBe(201);
    expect(paid.body).toMatchObject({ status: 'succeeded', amount: { amount: priceMinor, currency: 'USD' } });
    const now = await read(user, held.body.id);
    expect(now.status).toBe('confirmed');
    expect(now.payments).toHaveLength(2);
    expect(now.payments).toContainEqual(paid.body);
    expect((await pay(user, held.body.id, 'tok_visa')).body).toMatchObject({ status: 409, code: 'already_paid' });
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: 0 });
    expect(await typesToldOf(world(), held.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    expect((await paymentsTold(world(), user.userId)).toSorted()).toEqual(['payment.failed', 'payment.succeeded']);
  });

  test('from four tabs at once: one is made, the others are told of it', async () => {
    const { flightId, user } = seller();
    const held = await holdLong(user, flightId);
    // Half a second under way, so that all four surely meet.
    const answers = await Promise.all(Array.from({ length: 4 }, () => pay(user, held.body.id, 'tok_timeout')));

    const made = answers.filter(({ status }) => status === 201);
    expect(made.map(({ body }) => body.status)).toEqual(['processing']);
    const told = answers.filter(({ status }) => status !== 201);
    expect(told.map(({ status, body }) => [status, body.code])).toEqual(told.map(() => [409, 'payment_in_progress']));
    await eventually(async () => expect((await read(user, held.body.id)).status).toBe('confirmed'));
    expect((await pay(user, held.body.id, 'tok_visa')).body.code).toBe('already_paid');
    expect(await chargesOf(world(), user.userId)).toHaveLength(1);
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: 0 });
  });

  test("for someone else's booking are those for one that does not exist", async () => {
    const { flightId, user } = seller();
    const held = await holdLong(user, flightId);
    const theirs = await pay(world().issuer.user(), held.body.id, 'tok_visa');
    const unknown = await pay(world().issuer.user(), newId('bkg'), 'tok_visa');
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect((await pay(world().issuer.admin(), held.body.id, 'tok_visa')).status).toBe(404);
    expect((await read(user, held.body.id)).payments).toEqual([]);
  });

  test('by a method that no provider knows are refused at their place before anything is held', async () => {
    const { flightId, user } = seller();
    const refused = await book(user, flightId, { payment: { method: 'shells', token: 'tok_visa' } });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/payment/method' }] });
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
  });

  test('are given back by the rules of the fare, once, when two cancel at once', async () => {
    const { flightId, user } = seller();
    const bought = await buy(user, flightId, 'tok_visa');
    const cancelled = await Promise.all([cancel(user, bought.body.id), cancel(user, bought.body.id)]);
    expect(cancelled.map(({ status }) => status)).toEqual([200, 200]);
    expect(cancelled[0]?.body.refunds).toEqual(cancelled[1]?.body.refunds);
    const refund = { amount: { amount: priceMinor - 5_000, currency: 'USD' }, rule: 'fare_refundable' };
    expect(cancelled[0]?.body).toMatchObject({ status: 'cancelled', refunds: [{ ...refund, status: 'processing' }] });

    await eventually(async () =>
      expect((await read(user, bought.body.id)).refunds).toMatchObject([{ ...refund, status: 'succeeded' }]),
    );
    // Not given back whole: the payment stays what it was.
    expect((await read(user, bought.body.id)).payments).toMatchObject([{ status: 'succeeded' }]);
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: priceMinor - 5_000 });
    expect(await paymentsTold(world(), user.userId)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
    expect((await cancel(user, bought.body.id)).body.refunds).toMatchObject([{ ...refund, status: 'succeeded' }]);
  });

  test('are given back whole within a day, ten days ahead, and are refunded then', async () => {
    const { flightId, user } = seller({ departsInMs: 10 * 86_400_000 });
    const bought = await buy(user, flightId, 'tok_visa');
    expect((await cancel(user, bought.body.id)).body.refunds).toMatchObject([
      { amount: { amount: priceMinor }, rule: 'free_within_24_hours' },
    ]);
    await eventually(async () =>
      expect((await read(user, bought.body.id)).payments).toMatchObject([{ status: 'refunded' }]),
    );
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: priceMinor });
  });

  test('of a flight that the airline cancels are given back whole, also one that is under way', async () => {
    const flight = buildFlight();
    const flightId = world().catalogue.put(flight);
    const [paid, paying] = [world().issuer.user(), world().issuer.user()];
    const bought = await buy(paid, flightId, 'tok_visa');
    const underWay = await buy(paying, flightId, 'tok_timeout');
    expect(underWay.body.status).toBe('pending');
    world().catalogue.tell('flight.cancelled', {
      ...flight,
      flight: { ...flight.flight, status: 'cancelled', version: 2 },
    });
    for (const [user, id, rule] of [
      [paid, bought.body.id, 'airline_cancelled'],
      [paying, underWay.body.id, 'booking_cancelled'],
    ] as const) {
      const now = await eventually(async () => {
        const seen = await read(user, id);
        expect(seen.payments).toMatchObject([{ status: 'refunded' }]);
        return seen;
      });
      expect(now).toMatchObject({ status: 'cancelled', refunds: [{ status: 'succeeded', rule }] });
      expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: priceMinor });
      expect(await heldBy(world(), user.userId)).toBe(0);
    }
    await expectNoDifference(world(), flightId);
  });

  test('without an outcome for half an hour are given up; money that shows up later goes back', async () => {
    const { flightId, user } = seller({ economySeats: 1 });
    const bought = await buy(user, flightId, 'tok_timeout');
    const [payment] = bought.body.payments;
    await world().rewrite("UPDATE sandbox_charges SET status = 'processing' WHERE id = ?", [payment.id]);
    await world().rewrite('UPDATE payments SET created_at_ms = created_at_ms - 1860000 WHERE id = ?', [payment.id]);
    await eventually(async () => expect((await read(user, bought.body.id)).status).toBe('expired'));

    expect(await read(user, bought.body.id)).toMatchObject({
      payments: [{ status: 'failed', failureCode: 'timed_out' }],
    });
    expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created', 'booking.expired']);
    expect(await heldBy(world(), user.userId)).toBe(0);
    expect((await buy(world().issuer.user(), flightId, 'tok_visa')).status).toBe(201);

    await world().rewrite("UPDATE sandbox_charges SET status = 'succeeded' WHERE id = ?", [payment.id]);
    const returned = await eventually(async () => {
      const seen = await read(user, bought.body.id);
      expect(seen.payments).toMatchObject([{ status: 'refunded' }]);
      return seen;
    });
    expect(returned).toMatchObject({ status: 'expired', refunds: [{ status: 'succeeded', rule: 'hold_expired' }] });
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: priceMinor });
    expect(await typesToldOf(world(), payment.id)).toEqual(['payment.failed', 'payment.succeeded', 'payment.refunded']);
    await expectNoDifference(world(), flightId);
  });
});

describeOnEachDatabase('payments that take their time', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', PAYMENT_TIMEOUT_SECONDS: '5' });
  const secret = createHmac('sha256', testInternalSecret).update('sandbox webhooks').digest('hex');

  const signed = (body: string, signedAtS = Math.floor(Date.now() / 1_000), by = secret) => ({
    'Sandbox-Signature': `t=${signedAtS},v1=${createHmac('sha256', by).update(`${signedAtS}.${body}`).digest('hex')}`,
  });
  const newsOf = (id: string, amountMinor = priceMinor, currency = 'USD') =>
    JSON.stringify({ type: 'charge.succeeded', charge: { id, reference: `sbx_${id}`, amountMinor, currency } });
  const tell = (body: string, headers: Record<string, string> = signed(body)) =>
    call(world().url, 'POST /webhooks/payments/sandbox', { body, headers });

  test('are waited for, whether the answer is slow or comes by webhook', async () => {
    const flightId = world().catalogue.put(buildFlight());
    for (const token of ['tok_slow', 'tok_webhook']) {
      const user = world().issuer.user();
      const body = buildOrder(flightId, { payment: paymentWith(token) });
      const bought = await call(world().url, 'POST /bookings', { token: user.token, body });
      expect(bought.status).toBe(201);
      expect(bought.body).toMatchObject({ status: 'confirmed', payments: [{ status: 'succeeded' }] });
      expect(await typesToldOf(world(), bought.body.id)).toEqual(['booking.created', 'booking.confirmed']);
      expect(await chargesOf(world(), user.userId)).toHaveLength(1);
    }
  });

  test('are confirmed by a webhook that is signed and recent, once, and by no other', async () => {
    const flightId = world().catalogue.put(buildFlight());
    const user = world().issuer.user();
    const body = buildOrder(flightId, { payment: paymentWith('tok_timeout') });
    const bought = call(world().url, 'POST /bookings', { token: user.token, body });
    const { id } = await eventually(async () => {
      const [charge] = await chargesOf(world(), user.userId);
      if (!charge) throw new Error('The charge is not made yet.');
      return charge;
    });
    const news = newsOf(id);
    const now = Math.floor(Date.now() / 1_000);
    const refusals = [
      await tell(news, {}),
      await tell(news, { 'Sandbox-Signature': 'nonsense' }),
      await tell(news, signed(news, now, 'another secret')),
      await tell(`${news} `, signed(news)),
      await tell(news, signed(news, now - 301)),
      // Time goes on while a busy machine takes it.
      await tell(news, signed(news, now + 360)),
      await tell('{"type":"charge.succeeded"}'),
      await tell('not json'),
      await tell(newsOf(id, 1)),
      await tell(newsOf(id, priceMinor, 'EUR')),
      await tell(newsOf(newId('pay'))),
      await tell(newsOf('x'.repeat(500))),
      await call(world().url, 'POST /webhooks/payments/stripe', { body: news, headers: signed(news) }),
      await call(world().url, 'POST /webhooks/payments/..%2fsandbox', { body: news, headers: signed(news) }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([
      ...[401, 401, 401, 401, 400, 400, 400, 400, 400, 400],
      ...[404, 404, 404, 404],
    ]);
    for (const refusal of refusals) {
      expect(refusal.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(refusal.body.requestId).toBe(refusal.headers.get('x-request-id'));
    }
    expect(await bookingsOf(world(), user.userId)).toMatchObject([{ status: 'pending', version: 1 }]);

    const heard = await Promise.all([tell(news), tell(news), tell(news)]);
    expect(heard.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [confirmed] = await bookingsOf(world(), user.userId);
    expect(confirmed).toMatchObject({ status: 'confirmed', version: 2 });
    expect((await tell(news)).body).toEqual({ received: true });
    expect(await bookingsOf(world(), user.userId)).toEqual([confirmed]);
    expect(await typesToldOf(world(), id)).toEqual(['payment.succeeded']);
    // Who waited is told the truth, although the provider never answered.
    expect((await bought).body).toMatchObject({ status: 'confirmed', payments: [{ status: 'succeeded' }] });
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 0 });
  });

  test('that come after they were declined, when nothing remains of their booking, are given back once', async () => {
    const flightId = world().catalogue.put(buildFlight());
    const user = world().issuer.user();
    const body = buildOrder(flightId, { payment: paymentWith('tok_declined') });
    const declined = await call(world().url, 'POST /bookings', { token: user.token, body });
    expect(declined.status).toBe(402);
    const [charge] = await chargesOf(world(), user.userId);
    await world().rewrite("UPDATE sandbox_charges SET status = 'succeeded' WHERE id = ?", [charge?.id ?? '']);

    const news = newsOf(charge?.id ?? '');
    const heard = await Promise.all([tell(news), tell(news), tell(news)]);
    expect(heard.map(({ status }) => status)).toEqual([200, 200, 200]);
    await eventually(async () =>
      expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: priceMinor }),
    );
    await eventually(async () =>
      expect(await world().rows('SELECT status FROM payments WHERE user_id = ?', [user.userId])).toEqual([
        { status: 'refunded' },
      ]),
    );
    await tell(news);
    const refunds = 'SELECT refunds.status FROM refunds JOIN payments ON payments.id = payment_id WHERE user_id = ?';
    expect(await world().rows(refunds, [user.userId])).toEqual([{ status: 'succeeded' }]);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });
  });

  test('are not touched by signed news of another kind, or by what nobody signed', async () => {
    const other = JSON.stringify({ type: 'balance.available' });
    expect((await tell(other)).status).toBe(200);
    for (const body of ['', '{', '[]', 'null', `"${'x'.repeat(100_000)}"`]) {
      const refused = await tell(body, {});
      expect(refused.body).toMatchObject({ status: 401, code: 'webhook_unsigned' });
    }
  });
});

describeOnEachDatabase('a payment where none is taken', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'none' });

  test('is ignored: the booking is confirmed, and can not be paid', async () => {
    const flightId = world().catalogue.put(buildFlight());
    const { token } = world().issuer.user();
    const body = buildOrder(flightId, { payment: paymentWith('tok_declined') });
    const bought = await call(world().url, 'POST /bookings', { token, body });
    expect(bought.body).toMatchObject({ status: 'confirmed', payments: [] });
    const order = { token, body: paymentWith('tok_visa') };
    const paid = await call(world().url, `POST /bookings/${bought.body.id}/payments`, order);
    expect(paid.body).toMatchObject({ status: 409, code: 'already_paid' });
    const webhook = await call(world().url, 'POST /webhooks/payments/sandbox', { body: '{}' });
    expect(webhook.body).toMatchObject({ status: 404, code: 'payment_not_found' });
    expect(await world().rows('SELECT id FROM sandbox_charges')).toEqual([]);
  });
});

describeOnEachDatabase('a process that is killed between hold and payment', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', PAYMENT_TIMEOUT_SECONDS: '0.5' });

  /** A booking-service in a process of its own, which can be killed. */
  async function startProcess(): Promise<{ url: string; kill: () => Promise<void> }> {
    const { settings } = world();
    const port = await freePort();
    const child = await startServerProcess({
      program: process.execPath,
      parameters: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
      environment: {
        ...settings,
        NODE_ENV: 'test',
        EVENTS: 'feed',
        LOG_LEVEL: 'fatal',
        INTERNAL_SECRET: testInternalSecret,
        BOOKING_PORT: String(port),
      },
      folder: settings.DATA_DIR ?? '.',
      logFile: join(settings.DATA_DIR ?? '.', `booking-${port}.log`),
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await call(url, 'GET /health')).status).toBe(200), { timeoutMs: 15_000 });
    return { url, kill: child.kill };
  }

  test('leaves a payment that another one finishes, charged once, and a key that tells of it', async () => {
    const doomed = await startProcess();
    const flightId = world().catalogue.put(buildFlight());
    const user = world().issuer.user();
    const order = {
      token: user.token,
      body: buildOrder(flightId, { payment: paymentWith('tok_slow') }),
      headers: { 'Idempotency-Key': newId('key'), 'X-Request-ID': 'the-first-request' },
    };
    const unanswered = call(doomed.url, 'POST /bookings', order).catch((error: unknown) => error);
    await eventually(async () => expect(await chargesOf(world(), user.userId)).toHaveLength(1), { intervalMs: 5 });
    await doomed.kill();
    expect(await unanswered).toBeInstanceOf(Error);

    const repeat = () =>
      call(world().url, 'POST /bookings', { ...order, headers: { ...order.headers, 'X-Request-ID': 'another' } });
    const early = await repeat();
    expect(early.body).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    expect(early.headers.get('retry-after')).toBe('1');
    const told = await eventually(
      async () => {
        const answer = await repeat();
        expect(answer.status).toBe(201);
        return answer;
      },
      { timeoutMs: 15_000, intervalMs: 100 },
    );
    expect(told.headers.get('idempotent-replayed')).toBe('true');
    expect(told.body).toMatchObject({ status: 'confirmed', payments: [{ status: 'succeeded' }] });
    expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: 0 });
    expect(await bookingsOf(world(), user.userId)).toHaveLength(1);
    expect(await typesToldOf(world(), told.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    await expectNoDifference(world(), flightId);
  });
});
