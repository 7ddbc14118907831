import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';
import { bookingsOf, chargesOf, countsOf, moneyOf, paymentsTold, typesToldOf } from './what-is-written.ts';

type Request = Parameters<typeof call>[1];

const paymentWith = (token: string) => ({ method: 'card', token });
const priceMinor = 29_900;

describeOnEachDatabase('a request with an idempotency key', (database) => {
  const world = useBookingService(database, {
    PAYMENT_PROVIDER: 'sandbox',
    PAYMENT_TIMEOUT_SECONDS: '4',
    IDEMPOTENCY_DAYS: '2',
  });

  const ask = (
    user: TestUser,
    key: string,
    body: object | undefined,
    { path = 'POST /bookings', url = world().url }: { path?: Request; url?: string } = {},
  ) => call(url, path, { token: user.token, headers: { 'Idempotency-Key': key }, ...(body ? { body } : {}) });
  const newFlight = (more: Parameters<typeof buildFlight>[0] = {}) => world().catalogue.put(buildFlight(more));
  const keysOf = ({ userId }: TestUser) =>
    world().rows<{ idempotency_key: string; answer_body: string | null }>(
      'SELECT idempotency_key, answer_body FROM idempotency_keys WHERE user_id = ?',
      [userId],
    );
  const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';

  test('20 times at once has one effect; while it runs it is in progress, then all answers are the first one', async () => {
    const { url, startAnother } = world();
    const other = await startAnother();
    const flightId = newFlight();
    const user = world().issuer.user();
    const key = newId('key');
    const body = buildOrder(flightId, { payment: paymentWith('tok_webhook') });
    const urls = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? url : other.url));
    const answers = await Promise.all(urls.map((at) => ask(user, key, body, { url: at })));

    const [first, ...rest] = answers.filter(({ status }) => status === 201).toSorted((one) => (isReplay(one) ? 1 : -1));
    expect(first && isReplay(first)).toBe(false);
    expect(rest.every(isReplay)).toBe(true);
    const waiting = answers.filter(({ status }) => status !== 201);
    expect(waiting.length).toBeGreaterThan(0);
    for (const answer of waiting) {
      expect(answer.body).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    for (const at of [url, other.url]) {
      const again = await ask(user, key, body, { url: at });
      expect(isReplay(again)).toBe(true);
      expect(again.status).toBe(201);
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(first?.body));
      expect(again.headers.get('etag')).toBe(first?.headers.get('etag'));
    }
    expect(await bookingsOf(world(), user.userId)).toHaveLength(1);
    expect(await chargesOf(world(), user.userId)).toHaveLength(1);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 0 });
    await other.stop();
  });

  test('without payment, 20 times at once over two processes, is one booking and 20 times its answer', async () => {
    const { url, startAnother } = world();
    const other = await startAnother();
    const flightId = newFlight();
    const user = world().issuer.user();
    const key = newId('key');
    const urls = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? url : other.url));
    const answers = await Promise.all(urls.map((at) => ask(user, key, buildOrder(flightId), { url: at })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1);
    expect(await bookingsOf(world(), user.userId)).toHaveLength(1);
    await other.stop();
  });

  test('and another body, path or method of payment is refused; the order of fields makes no difference', async () => {
    const flightId = newFlight();
    const user = world().issuer.user();
    const key = newId('key');
    const { flights, passengers, contact } = buildOrder(flightId);
    const first = await ask(user, key, { flights, passengers, contact });
    expect(first.status).toBe(201);
    const shuffled = await ask(user, key, { contact, passengers, flights });
    expect(isReplay(shuffled)).toBe(true);
    const changed = await ask(user, key, { flights, passengers, contact: { email: 'eve@example.com' } });
    expect(changed.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    const elsewhere = await ask(user, key, undefined, { path: `POST /bookings/${first.body.id}/cancel` });
    expect(elsewhere.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await bookingsOf(world(), user.userId)).toMatchObject([{ status: 'pending' }]);
  });

  test("is nothing to another user with the same key and body: never anybody else's answer", async () => {
    const flightId = newFlight();
    const [one, other] = [world().issuer.user(), world().issuer.user()];
    const key = newId('key');
    const [first, second] = [await ask(one, key, buildOrder(flightId)), await ask(other, key, buildOrder(flightId))];
    expect(second.status).toBe(201);
    expect(isReplay(second)).toBe(false);
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.userId).toBe(other.userId);
  });

  test.for([
    ['300 characters', 'x'.repeat(300)],
    ['a tab', 'a\tb'],
    ['a space', 'a b'],
    ['nothing', ''],
    ['letters beyond ASCII', 'schl\u00fcssel'],
  ] as const)('of %s is refused, and nothing is done', async ([, key]) => {
    const user = world().issuer.user();
    const refused = await ask(user, key, buildOrder(newFlight()));
    expect(refused.body).toMatchObject({ status: 400, code: 'bad_header' });
    expect(await keysOf(user)).toEqual([]);
    expect(await bookingsOf(world(), user.userId)).toEqual([]);
  });

  test('with a control character is refused, and of 255 characters is taken', async () => {
    const user = world().issuer.user();
    const body = buildOrder(newFlight());
    expect(await statusOfRaw(rawRequest(user, 'a\u0001b', body))).toBe(400);
    expect(await keysOf(user)).toEqual([]);
    const longest = `${newId('key')}${'x'.repeat(255)}`.slice(0, 255);
    expect((await ask(user, longest, body)).status).toBe(201);
    expect(isReplay(await ask(user, longest, body))).toBe(true);
  });

  test('that was declined, sold out or rule-breaking is answered so again, also when it would succeed now', async () => {
    const flightId = newFlight({ economySeats: 1 });
    const user = world().issuer.user();
    const declinedOrder = buildOrder(flightId, { payment: paymentWith('tok_declined') });
    const declined = await ask(user, 'declined', declinedOrder);
    expect(declined.status).toBe(402);
    const holder = world().issuer.user();
    const held = await call(world().url, 'POST /bookings', { token: holder.token, body: buildOrder(flightId) });
    const soldOut = await ask(user, 'sold-out', buildOrder(flightId));
    expect(soldOut.body.code).toBe('sold_out');
    const noCabin = { ...buildOrder(flightId), flights: [{ flightId, cabin: 'first' }] };
    const ruled = await ask(user, 'rule', noCabin);
    expect(ruled.body).toMatchObject({ status: 422, errors: [{ code: 'cabin_not_offered' }] });
    const unknownFlight = await ask(user, 'unknown', buildOrder('flt_nobody'));
    expect(unknownFlight.status).toBe(404);
    await call(world().url, `POST /bookings/${held.body.id}/cancel`, { token: holder.token });

    for (const [key, body, answer] of [
      ['declined', declinedOrder, declined],
      ['sold-out', buildOrder(flightId), soldOut],
      ['rule', noCabin, ruled],
      ['unknown', buildOrder('flt_nobody'), unknownFlight],
    ] as const) {
      const again = await ask(user, key, body);
      expect(isReplay(again)).toBe(true);
      expect(again.status).toBe(answer.status);
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(answer.body));
    }
    expect(await bookingsOf(world(), user.userId)).toEqual([]);
    expect(await chargesOf(world(), user.userId)).toHaveLength(1);
    expect(await paymentsTold(world(), user.userId)).toEqual(['payment.failed']);
  });

  test('that was refused for its token or form leaves the key free', async () => {
    const user = world().issuer.user();
    const key = newId('key');
    const flightId = newFlight();
    const refusals = [
      await call(world().url, 'POST /bookings', { body: buildOrder(flightId), headers: { 'Idempotency-Key': key } }),
      await ask({ ...user, token: `${user.token}x` }, key, buildOrder(flightId)),
      await ask(user, key, buildOrder(flightId, { passengers: [] })),
      await call(world().url, 'POST /bookings', {
        token: user.token,
        body: '{"flights":',
        headers: { 'Idempotency-Key': key },
      }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([401, 401, 422, 400]);
    expect(await keysOf(user)).toEqual([]);
    const placed = await ask(user, key, buildOrder(flightId));
    expect(placed.status).toBe(201);
    expect(isReplay(placed)).toBe(false);
  });

  test('that could not be decided leaves the key free', async () => {
    const flight = buildFlight();
    const user = world().issuer.user();
    const key = newId('key');
    const away = { FLIGHT_SERVICE_URL: 'http://127.0.0.1:9' };
    const other = await world().startAnother(away);
    const refused = await ask(user, key, buildOrder(flight.flight.id), { url: other.url });
    expect(refused.body).toMatchObject({ status: 503, effect: 'none' });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await keysOf(user)).toEqual([]);
    world().catalogue.put(flight);
    expect((await ask(user, key, buildOrder(flight.flight.id))).status).toBe(201);
    // What was answered is answered again, whoever is away.
    const again = await ask(user, key, buildOrder(flight.flight.id), { url: other.url });
    expect(again.status).toBe(201);
    expect(isReplay(again)).toBe(true);
    await other.stop();
  });

  test('of a payment and of a cancellation are repeated without effect, also by a service that starts later', async () => {
    const flightId = newFlight();
    const user = world().issuer.user();
    const held = await ask(user, 'hold', buildOrder(flightId));
    const steps = [
      { key: 'declined', path: `POST /bookings/${held.body.id}/payments`, body: paymentWith('tok_declined') },
      { key: 'paid', path: `POST /bookings/${held.body.id}/payments`, body: paymentWith('tok_visa') },
      { key: 'cancelled', path: `POST /bookings/${held.body.id}/cancel`, body: undefined },
    ] as const;
    const firsts: Answer[] = [];
    for (const { key, path, body } of steps) firsts.push(await ask(user, key, body, { path }));
    expect(firsts.map(({ status }) => status)).toEqual([402, 201, 200]);
    await eventually(async () => expect((await moneyOf(world(), user.userId)).returned).toBeGreaterThan(0));

    const later = await world().startAnother();
    for (const [turn, { key, path, body }] of steps.entries()) {
      const again = await ask(user, key, body, { path, url: later.url });
      expect(isReplay(again)).toBe(true);
      expect(again.status).toBe(firsts[turn]?.status);
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(firsts[turn]?.body));
      expect(again.headers.get('etag')).toBe(firsts[turn]?.headers.get('etag'));
    }
    await later.stop();
    const { taken, returned } = await moneyOf(world(), user.userId);
    expect({ taken, returned }).toEqual({ taken: priceMinor, returned: priceMinor - 5_000 });
    expect(await typesToldOf(world(), held.body.id)).toEqual([
      'booking.created',
      'booking.confirmed',
      'booking.cancelled',
    ]);
  });

  test('is forgotten after its days, and not before', async () => {
    const user = world().issuer.user();
    const flightId = newFlight();
    for (const key of ['old', 'young']) expect((await ask(user, key, buildOrder(flightId))).status).toBe(201);
    const age =
      'UPDATE idempotency_keys SET created_at_ms = created_at_ms - ? WHERE user_id = ? AND idempotency_key = ?';
    await world().rewrite(age, [2 * 86_400_000 + 1_000, user.userId, 'old']);
    await world().rewrite(age, [2 * 86_400_000 - 60_000, user.userId, 'young']);
    // A process looks for them when it starts, then once a minute.
    const other = await world().startAnother();
    await eventually(async () => expect((await keysOf(user)).map((row) => row.idempotency_key)).toEqual(['young']));
    expect(isReplay(await ask(user, 'young', buildOrder(flightId)))).toBe(true);
    expect(isReplay(await ask(user, 'old', buildOrder(flightId)))).toBe(false);
    await other.stop();
  });

  test('whose client hangs up right after sending is done once, and a retry tells the truth', async () => {
    const flightId = newFlight();
    const users = Array.from({ length: 5 }, () => world().issuer.user());
    const body = buildOrder(flightId, { payment: paymentWith('tok_webhook') });
    await Promise.all(users.map((user) => sendAndHangUp(rawRequest(user, 'cut', body))));
    for (const user of users) {
      const told = await eventually(async () => {
        const answer = await ask(user, 'cut', body);
        expect(answer.status).toBe(201);
        return answer;
      });
      expect(told.body).toMatchObject({ status: 'confirmed', payments: [{ status: 'succeeded' }] });
      expect(await chargesOf(world(), user.userId)).toHaveLength(1);
      expect(await bookingsOf(world(), user.userId)).toMatchObject([{ id: told.body.id }]);
    }
    expect(await countsOf(world(), flightId)).toEqual({ sold: 5, held: 0 });
  });

  if (database.kind === 'mariadb') {
    test('keeps its first answer when news of its payment come at the moment in which it is given', async () => {
      const flightId = newFlight();
      const user = world().issuer.user();
      const held = await ask(user, 'hold', buildOrder(flightId));
      const path = `POST /bookings/${held.body.id}/payments` as const;
      const paying = ask(user, 'pay', paymentWith('tok_timeout'), { path });
      const paymentId = await eventually(async () => {
        const [charge] = await chargesOf(world(), user.userId);
        if (!charge) throw new Error('The charge is not made yet.');
        return charge.id;
      });
      const told = '{"told":"still processing"}';
      let heard: Promise<Answer> | undefined;
      await world().inTransaction('SELECT id FROM bookings WHERE id = ? FOR UPDATE', [held.body.id], async (run) => {
        heard = tellSuccess(paymentId);
        await eventually(async () => {
          const waiting = await world().rows(
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%FROM bookings%FOR UPDATE'",
          );
          expect(waiting).toHaveLength(1);
        });
        // As another process would, whose client has waited for long enough.
        await run(
          "UPDATE idempotency_keys SET answer_status = 201, answer_body = ? WHERE user_id = ? AND idempotency_key = 'pay'",
          [told, user.userId],
        );
      });
      expect((await heard)?.status).toBe(200);
      await paying;
      expect(await bookingsOf(world(), user.userId)).toMatchObject([{ status: 'confirmed' }]);
      expect(await keysOf(user)).toContainEqual({ idempotency_key: 'pay', answer_body: told });
    });
  }

  function tellSuccess(id: string) {
    const body = JSON.stringify({
      type: 'charge.succeeded',
      charge: { id, reference: `sbx_${id}`, amountMinor: priceMinor, currency: 'USD' },
    });
    const secret = createHmac('sha256', testInternalSecret).update('sandbox webhooks').digest('hex');
    const signedAtS = Math.floor(Date.now() / 1_000);
    const mac = createHmac('sha256', secret).update(`${signedAtS}.${body}`).digest('hex');
    const headers = { 'Sandbox-Signature': `t=${signedAtS},v1=${mac}` };
    return call(world().url, 'POST /webhooks/payments/sandbox', { body, headers });
  }

  function rawRequest(user: TestUser, key: string, order: object): string {
    const body = JSON.stringify(order);
    return [
      'POST /bookings HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${user.token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Idempotency-Key: ${key}`,
      '',
      body,
    ].join('\r\n');
  }

  function openSocket() {
    const { hostname, port } = new URL(world().url);
    return connect({ host: hostname, port: Number(port) });
  }

  async function sendAndHangUp(request: string): Promise<void> {
    const socket = openSocket();
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(request, () => resolve());
    });
    socket.destroy();
  }

  async function statusOfRaw(request: string): Promise<number> {
    const socket = openSocket();
    socket.write(request);
    const [head] = await new Promise<[Buffer]>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (data) => resolve([data]));
    });
    socket.destroy();
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(head.toString())?.[1]);
  }
});
