import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createSandboxLedger } from '../src/payments/db/sandbox-ledger.ts';
import { type ChargeOrder, type PaymentProvider, WebhookRefused } from '../src/payments/providers/provider.ts';
import { createSandboxProvider } from '../src/payments/providers/sandbox.ts';
import { createSandboxWebhooks } from '../src/payments/providers/sandbox-webhooks.ts';
import { createStripeProvider } from '../src/payments/providers/stripe.ts';
import { signStripeEvent, startStripe, testSecretKey, testWebhookSecret } from './stripe-stand-in.ts';

const log = createLogger({ service: 'test', level: 'fatal' });
const webhookSecret = 'a secret between the sandbox and us';
const never = new AbortController().signal;
const succeeds = { status: 'succeeded', reference: expect.any(String) };

function buildCharge(overrides: Partial<ChargeOrder> = {}): ChargeOrder {
  return {
    id: newId('pay'),
    bookingId: newId('bkg'),
    method: 'card',
    token: 'tok_visa',
    amountMinor: 29_900,
    currency: 'USD',
    ...overrides,
  };
}

function buildRefund(
  chargeReference: string,
  overrides: { id?: string; amountMinor?: number; currency?: string } = {},
) {
  return {
    id: newId('rfd'),
    paymentId: newId('pay'),
    chargeReference,
    amountMinor: 100,
    currency: 'USD',
    ...overrides,
  };
}

/** The reference of a charge that succeeded. */
async function chargeFor(provider: PaymentProvider, order: ChargeOrder): Promise<string> {
  const outcome = await provider.charge(order, never);
  if (outcome.status !== 'succeeded') throw new Error(`The charge ended ${outcome.status}.`);
  return outcome.reference;
}

/** The code with which a webhook was refused, or what it said. */
function tryReading(provider: PaymentProvider, body: Buffer, headers: Record<string, string | undefined>) {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  try {
    return provider.readWebhook(body, (name) => byName.get(name.toLowerCase()));
  } catch (error) {
    if (error instanceof WebhookRefused) return error.code;
    throw error;
  }
}

describeOnEachDatabase('the sandbox provider', (suite) => {
  const open: Database[] = [];
  let database: Database;

  /** Another process, as far as the bank can tell. */
  async function openAnother(): Promise<Database> {
    const { profile } = loadConfig({ ...suite.settings(), INTERNAL_SECRET: testInternalSecret });
    const another = await openDatabase(profile.database, log);
    open.push(another);
    return another;
  }
  const startProvider = (on: Database) => createSandboxProvider({ database: on, webhookSecret });
  const rows = (sql: string, ids: readonly string[]) =>
    database.sequelize.query(sql, { replacements: [[...ids]], type: QueryTypes.SELECT });
  const chargesOf = (ids: readonly string[]) => rows('SELECT id FROM sandbox_charges WHERE id IN (?)', ids);

  beforeAll(async () => {
    database = await openAnother();
    await migrate(database, new URL('../migrations/', import.meta.url), log);
  });
  afterAll(async () => {
    for (const one of open) await one.close();
  });

  test.each([
    ['tok_visa', succeeds],
    ['tok_declined', { status: 'failed', code: 'card_declined' }],
    ['tok_insufficient_funds', { status: 'failed', code: 'insufficient_funds' }],
    ['tok_webhook', { status: 'processing', reference: expect.any(String) }],
    ['tok_other', { status: 'failed', code: 'invalid_token' }],
    ['__proto__', { status: 'failed', code: 'invalid_token' }],
  ])('makes of %s what it promises, the same again for the same id', async (token, outcome) => {
    const provider = startProvider(database);
    const order = buildCharge({ token });
    const first = await provider.charge(order, never);
    expect(first).toEqual(outcome);
    expect(await provider.charge(order, never)).toEqual(first);
    expect(await startProvider(await openAnother()).charge(order, never)).toEqual(first);
    expect(await chargesOf([order.id])).toHaveLength(1);
  });

  test('throws for a known id with another amount, currency or token, and books nothing', async () => {
    const provider = startProvider(database);
    const order = buildCharge();
    await provider.charge(order, never);
    for (const change of [{ amountMinor: 29_901 }, { currency: 'EUR' }, { token: 'tok_declined' }]) {
      await expect(provider.charge({ ...order, ...change }, never)).rejects.toThrow('booked with another');
    }
    expect(await provider.charge(order, never)).toEqual(succeeds);
  });

  test('answers tok_slow after three seconds', async () => {
    const order = buildCharge({ token: 'tok_slow' });
    const startMs = performance.now();
    expect(await startProvider(database).charge(order, never)).toEqual(succeeds);
    expect(performance.now() - startMs).toBeGreaterThan(2_900);
    const again = performance.now();
    expect(await startProvider(database).charge(order, never)).toEqual(succeeds);
    expect(performance.now() - again).toBeLessThan(1_000);
  });

  test('books tok_timeout without answering, and answers whoever asks next, also after a restart', async () => {
    const order = buildCharge({ token: 'tok_timeout' });
    const leave = new AbortController();
    const first = startProvider(database).charge(order, leave.signal);
    const charged = () => createSandboxLedger(database).totals({ after: order.id.slice(0, -1), limit: 100 });
    await eventually(async () => {
      expect(await charged()).toContainEqual(expect.objectContaining({ chargeId: order.id, chargedMinor: 29_900 }));
    });
    leave.abort(new Error('waited long enough'));
    await expect(first).rejects.toThrow('waited long enough');

    expect(await startProvider(await openAnother()).charge(order, never)).toEqual(succeeds);
    expect(await startProvider(database).charge(order, never)).toEqual(succeeds);
    expect(await chargesOf([order.id])).toHaveLength(1);
  });

  test('leaves only the first of two simultaneous asks for tok_timeout open', async () => {
    const provider = startProvider(database);
    const order = buildCharge({ token: 'tok_timeout' });
    const leave = new AbortController();
    const asks = [provider.charge(order, leave.signal), provider.charge(order, leave.signal)];
    expect(await Promise.race(asks.map(async (ask, index) => ({ index, outcome: await ask })))).toEqual({
      index: 1,
      outcome: succeeds,
    });
    leave.abort();
    await expect(asks[0]).rejects.toThrow();
  });

  test('books charges that come together in few transactions, each once', async () => {
    let transactions = 0;
    const counting: Database = {
      ...database,
      write: (work) => {
        transactions += 1;
        return database.write(work);
      },
    };
    const provider = startProvider(counting);
    const orders = Array.from({ length: 200 }, () => buildCharge());
    const outcomes = await Promise.all(orders.map((order) => provider.charge(order, never)));
    expect(new Set(outcomes.map((outcome) => 'reference' in outcome && outcome.reference)).size).toBe(200);
    expect(await chargesOf(orders.map(({ id }) => id))).toHaveLength(200);
    expect(transactions).toBeLessThanOrEqual(2);
  });

  test('books each charge once when two processes get the same ones at the same time', async () => {
    const providers = [startProvider(database), startProvider(await openAnother())];
    const orders = Array.from({ length: 20 }, () => buildCharge());
    const asks = Array.from({ length: 10 }, (_, round) => (round % 3 ? orders : orders.toReversed())).flat();
    const outcomes = await Promise.all(asks.map((order, index) => providers[index % 2]?.charge(order, never)));
    expect(outcomes).toHaveLength(200);
    expect(outcomes.every((outcome) => outcome?.status === 'succeeded')).toBe(true);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(20);
    expect(await chargesOf(orders.map(({ id }) => id))).toHaveLength(20);
  });

  test('books the neighbours of a charge that can not be written', async () => {
    const provider = startProvider(database);
    const orders = [buildCharge(), buildCharge({ amountMinor: Number.NaN }), buildCharge()];
    const outcomes = await Promise.allSettled(orders.map((order) => provider.charge(order, never)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('gives back no more than was taken, and each refund once', async () => {
    const provider = startProvider(database);
    const order = buildCharge({ amountMinor: 1_000 });
    const reference = await chargeFor(provider, order);
    const first = buildRefund(reference, { amountMinor: 600 });
    expect(await provider.refund(first, never)).toEqual(succeeds);
    expect(await startProvider(await openAnother()).refund(first, never)).toEqual(succeeds);
    const tooMuch = { status: 'failed', code: 'amount_exceeds_charge' };
    expect(await provider.refund(buildRefund(reference, { amountMinor: 401 }), never)).toEqual(tooMuch);
    expect(await provider.refund(buildRefund(reference, { amountMinor: 400 }), never)).toEqual(succeeds);
    expect(await provider.refund(first, never)).toEqual(succeeds);
    await expect(provider.refund({ ...first, amountMinor: 1 }, never)).rejects.toThrow('booked for another');
    await expect(provider.refund(buildRefund(reference, { currency: 'EUR' }), never)).rejects.toThrow('not in EUR');

    const totals = await createSandboxLedger(database).totals({ after: order.id.slice(0, -1), limit: 100 });
    expect(totals.filter(({ chargeId }) => chargeId === order.id)).toEqual([
      { chargeId: order.id, currency: 'USD', chargedMinor: 1_000, refundedMinor: 1_000 },
    ]);
  });

  test('gives back no more than was taken when many refunds come at once', async () => {
    const providers = [startProvider(database), startProvider(await openAnother())];
    const reference = await chargeFor(startProvider(database), buildCharge({ amountMinor: 1_000 }));
    const refunds = Array.from({ length: 20 }, () => buildRefund(reference, { amountMinor: 100 }));
    const outcomes = await Promise.all(refunds.map((refund, index) => providers[index % 2]?.refund(refund, never)));
    expect(outcomes.filter((outcome) => outcome?.status === 'succeeded')).toHaveLength(10);
  });

  test('gives back nothing of charges that failed, are open or unknown', async () => {
    const provider = startProvider(database);
    const failed = buildCharge({ token: 'tok_declined' });
    await provider.charge(failed, never);
    expect(await provider.refund(buildRefund(`sbx_${failed.id}`), never)).toEqual({
      status: 'failed',
      code: 'amount_exceeds_charge',
    });
    const open = buildCharge({ token: 'tok_webhook' });
    const outcome = await provider.charge(open, never);
    const reference = outcome.status === 'processing' ? outcome.reference : '';
    await expect(provider.refund(buildRefund(reference), never)).rejects.toThrow('still processing');
    for (const unknown of [failed.id, 'pi_1', `sbx_${newId('pay')}`]) {
      expect(await provider.refund(buildRefund(unknown), never)).toEqual({
        status: 'failed',
        code: 'charge_not_found',
      });
    }
  });

  describe('webhooks', () => {
    type Delivery = { body: Buffer; signature: string | undefined; atMs: number };
    let receiver: Awaited<ReturnType<typeof startReceiver>>;

    async function startReceiver() {
      const deliveries: Delivery[] = [];
      const statuses: number[] = [];
      const server = http.createServer(async (req, res) => {
        const body = Buffer.concat(await Array.fromAsync(req));
        deliveries.push({ body, signature: req.headers['sandbox-signature']?.toString(), atMs: Date.now() });
        res.writeHead(statuses.shift() ?? 204).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return {
        // A server that listens on TCP has an address of this form.
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/payments/sandbox`,
        deliveries,
        /** What to answer next; 204 afterwards. */
        statuses,
        stop: () =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    }
    beforeEach(async () => {
      await database.write((transaction) =>
        database.sequelize.query('UPDATE sandbox_charges SET webhook_due_at_ms = NULL', { transaction }),
      );
      receiver = await startReceiver();
    });
    afterEach(() => receiver.stop());

    const startSender = (on: Database, retryAfterMs = 60_000) =>
      createSandboxWebhooks({ database: on, webhookSecret, url: receiver.url, log, retryAfterMs });

    async function chargeAndDeliver(): Promise<{ order: ChargeOrder; delivery: Delivery }> {
      const order = buildCharge({ token: 'tok_webhook' });
      await startProvider(database).charge(order, never);
      await eventually(async () => expect(await startSender(database).sendDueWebhooks(10)).toBe(1));
      const [delivery] = receiver.deliveries;
      if (!delivery) throw new Error('Nothing was delivered.');
      return { order, delivery };
    }

    test('tell of a success within two seconds, once, and the charge has succeeded then', async () => {
      const startMs = Date.now();
      const { order, delivery } = await chargeAndDeliver();
      expect(delivery.atMs - startMs).toBeLessThan(2_000);
      const provider = startProvider(database);
      const news = {
        paymentId: order.id,
        amountMinor: 29_900,
        currency: 'USD',
        outcome: { status: 'succeeded', reference: expect.any(String) },
      };
      expect(tryReading(provider, delivery.body, { 'sandbox-signature': delivery.signature })).toEqual(news);
      expect(await provider.charge(order, never)).toEqual(succeeds);
      expect(await startSender(database, 0).sendDueWebhooks(10)).toBe(0);
      expect(receiver.deliveries).toHaveLength(1);
    });

    test('are sent again after another process died with them, or was not listened to', async () => {
      const order = buildCharge({ token: 'tok_webhook' });
      await startProvider(database).charge(order, never);
      const claimed = () => createSandboxLedger(database).claimDueWebhooks({ limit: 10, forMs: 1 });
      await eventually(async () => expect(await claimed()).toHaveLength(1));
      receiver.statuses.push(500, 302);
      const sender = startSender(await openAnother(), 1);
      await eventually(async () => {
        await sender.sendDueWebhooks(10);
        expect(receiver.deliveries).toHaveLength(3);
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await sender.sendDueWebhooks(10)).toBe(0);
    });

    test('wait while their receiver is away', async () => {
      await startProvider(database).charge(buildCharge({ token: 'tok_webhook' }), never);
      const { url } = receiver;
      await receiver.stop();
      const sender = createSandboxWebhooks({ database, webhookSecret, url, log, retryAfterMs: 60_000 });
      await eventually(async () => expect(await sender.sendDueWebhooks(10)).toBe(1));
      expect(await sender.sendDueWebhooks(10)).toBe(0);
      const due = 'SELECT id FROM sandbox_charges WHERE webhook_due_at_ms > ?';
      const [waiting] = await database.sequelize.query(due, { replacements: [Date.now()] });
      expect(waiting).toHaveLength(1);
    });

    test('are taken by one of several senders', async () => {
      const provider = startProvider(database);
      const orders = Array.from({ length: 30 }, () => buildCharge({ token: 'tok_webhook' }));
      await Promise.all(orders.map((order) => provider.charge(order, never)));
      await new Promise((resolve) => setTimeout(resolve, 600));
      const senders = [startSender(database), startSender(await openAnother())];
      const sent = await Promise.all(senders.map((sender) => sender.sendDueWebhooks(20)));
      const rest = await senders[0]?.sendDueWebhooks(20);
      expect(sent.reduce((sum, one) => sum + one, rest ?? 0)).toBe(30);
      expect(receiver.deliveries).toHaveLength(30);
    });

    test('are refused when they are forged or old, and believed again when they come again', async () => {
      const { delivery } = await chargeAndDeliver();
      const provider = startProvider(database);
      const { body, signature = '' } = delivery;
      const read = (bytes: Buffer, header: string | undefined) =>
        tryReading(provider, bytes, { 'sandbox-signature': header });
      const signAt = (atMs: number, secret = webhookSecret) => {
        const t = Math.floor(atMs / 1000);
        return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex')}`;
      };
      const news = read(body, signature);
      expect(news).toMatchObject({ outcome: { status: 'succeeded' } });
      expect(read(body, signature)).toEqual(news);
      expect(read(body, signAt(Date.now()))).toEqual(news);

      expect(read(body, undefined)).toBe('webhook_unsigned');
      expect(read(body, '')).toBe('webhook_unsigned');
      expect(read(body, 't=1,v1=')).toBe('webhook_unsigned');
      expect(read(body, `${signature}0`)).toBe('webhook_unsigned');
      expect(
        read(
          body,
          signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        ),
      ).toBe('webhook_unsigned');
      expect(read(body, signAt(Date.now(), 'another secret'))).toBe('webhook_unsigned');
      const other = Buffer.from(body.toString().replace('29900', '29901'));
      expect(other).not.toEqual(body);
      expect(read(other, signature)).toBe('webhook_unsigned');
      // Old by its own word, which nobody signed.
      expect(read(body, signature.replace(/^t=\d+/, 't=1'))).toBe('webhook_unsigned');

      expect(read(body, signAt(Date.now() - 301_000))).toBe('webhook_outdated');
      expect(read(body, signAt(Date.now() + 302_000))).toBe('webhook_outdated');
      expect(read(body, signAt(Date.now() - 295_000))).toEqual(news);
      expect(read(body, signAt(Date.now() - 301_000, 'another secret'))).toBe('webhook_unsigned');
    });

    test('say nothing of a charge when they are of another type', () => {
      const body = Buffer.from('{"type":"payout.paid"}');
      const t = Math.floor(Date.now() / 1000);
      const v1 = createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex');
      expect(tryReading(startProvider(database), body, { 'sandbox-signature': `t=${t},v1=${v1}` })).toBeUndefined();
    });
  });
});

describe('the Stripe provider', () => {
  let stripe: Awaited<ReturnType<typeof startStripe>>;
  let provider: PaymentProvider;

  beforeEach(async () => {
    stripe = await startStripe();
    provider = createStripeProvider({
      secretKey: testSecretKey,
      webhookSecret: testWebhookSecret,
      apiUrl: stripe.url,
    });
  });
  afterEach(() => stripe.stop());

  const cardCharge = (token: string, overrides: Partial<ChargeOrder> = {}) => buildCharge({ token, ...overrides });

  test('offers cards alone', () => {
    expect(provider.methods).toEqual(['card']);
  });

  test('creates and confirms a charge in one request, under the id of the payment', async () => {
    const order = cardCharge('pm_card_visa');
    expect(await provider.charge(order, never)).toEqual({
      status: 'succeeded',
      reference: expect.stringMatching(/^pi_/),
    });
    expect(stripe.requests).toHaveLength(1);
    expect(stripe.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/payment_intents',
      headers: { 'idempotency-key': order.id, 'content-type': 'application/x-www-form-urlencoded' },
      params: {
        amount: '29900',
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: 'true',
        'automatic_payment_methods[allow_redirects]': 'never',
        'metadata[paymentId]': order.id,
        'metadata[bookingId]': order.bookingId,
      },
    });
  });

  test('tells Stripe nothing of how long earlier requests took', async () => {
    for (let nth = 0; nth < 2; nth += 1) await provider.charge(cardCharge('pm_card_visa'), never);
    expect(stripe.requests).toHaveLength(2);
    for (const { headers } of stripe.requests) expect(headers).not.toHaveProperty('x-stripe-client-telemetry');
  });

  test.each([
    ['pm_card_chargeDeclined', 'card_declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_of_somebody_else', 'invalid_token'],
  ])('answers that %s failed, with a stable word, again and again', async (token, code) => {
    const order = cardCharge(token);
    expect(await provider.charge(order, never)).toEqual({ status: 'failed', code });
    expect(await provider.charge(order, never)).toEqual({ status: 'failed', code });
  });

  test('answers that an order failed which Stripe finds mistaken, or would miscount', async () => {
    expect(await provider.charge(cardCharge('pm_card_visa', { amountMinor: 1 }), never)).toEqual({
      status: 'failed',
      code: 'amount_too_small',
    });
    const before = stripe.requests.length;
    expect(await provider.charge(cardCharge('pm_card_visa', { currency: 'ISK' }), never)).toEqual({
      status: 'failed',
      code: 'currency_not_supported',
    });
    expect(stripe.requests).toHaveLength(before);
  });

  test('cancels a charge for which the cardholder would have to act, also when it is asked again', async () => {
    const order = cardCharge('pm_card_authenticationRequired');
    const failed = { status: 'failed', code: 'authentication_required' };
    expect(await provider.charge(order, never)).toEqual(failed);
    expect(stripe.intentsOf(order.id)).toMatchObject([{ status: 'canceled' }]);
    expect(await provider.charge(order, never)).toEqual(failed);
  });

  test('answers that a charge is processing until it is not, though Stripe repeats its first answer', async () => {
    const order = cardCharge('pm_processing');
    expect(await provider.charge(order, never)).toMatchObject({ status: 'processing' });
    stripe.settle('succeeded');
    expect(await provider.charge(order, never)).toMatchObject({ status: 'succeeded' });
    expect(stripe.intentsOf(order.id)).toHaveLength(1);
  });

  test('does not say what became of a charge when Stripe fails, or knows the id for another order', async () => {
    const failing = cardCharge('pm_server_error');
    await expect(provider.charge(failing, never)).rejects.toThrow('Something went wrong');
    await expect(provider.charge(failing, never)).rejects.toThrow('Something went wrong');
    // Twice by us: the client repeats nothing by itself.
    expect(stripe.requests).toHaveLength(2);

    const order = cardCharge('pm_card_visa');
    await provider.charge(order, never);
    await expect(provider.charge({ ...order, amountMinor: 100 }, never)).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
    });
    const stranger = createStripeProvider({ secretKey: 'sk_wrong', webhookSecret: 'whsec', apiUrl: stripe.url });
    await expect(stranger.charge(cardCharge('pm_card_visa'), never)).rejects.toThrow('Invalid API Key');
    await stripe.stop();
    await expect(provider.charge(cardCharge('pm_card_visa'), never)).rejects.toThrow('connection to Stripe');
  });

  test('stops waiting when the signal says so, and learns of the charge when it asks again', async () => {
    const order = cardCharge('pm_hangs');
    const startMs = performance.now();
    await expect(provider.charge(order, AbortSignal.timeout(200))).rejects.toThrow('timeout');
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(stripe.hanging()).toBe(1);
    expect(await provider.charge(order, never)).toEqual(succeeds);
    expect(stripe.intentsOf(order.id)).toHaveLength(1);
  });

  test('gives back each refund once, and no more than was taken', async () => {
    const reference = await chargeFor(provider, cardCharge('pm_card_visa', { amountMinor: 1_000 }));
    const refund = buildRefund(reference, { amountMinor: 600 });
    const first = await provider.refund(refund, never);
    expect(first).toEqual({ status: 'succeeded', reference: expect.stringMatching(/^re_/) });
    expect(await provider.refund(refund, never)).toEqual(first);
    expect(stripe.requests.findLast(({ method }) => method === 'POST')).toMatchObject({
      path: '/v1/refunds',
      headers: { 'idempotency-key': refund.id },
      params: { payment_intent: reference, amount: '600', 'metadata[refundId]': refund.id },
    });
    expect(await provider.refund(buildRefund(reference, { amountMinor: 401 }), never)).toEqual({
      status: 'failed',
      code: 'invalid_request',
    });
    expect(await provider.refund(buildRefund('sbx_pay_1'), never)).toEqual({
      status: 'failed',
      code: 'resource_missing',
    });
  });

  test('answers that a refund is processing until it is not', async () => {
    const reference = await chargeFor(provider, cardCharge('pm_card_visa'));
    for (const [end, answer] of [
      ['succeeded', { status: 'succeeded', reference: expect.any(String) }],
      ['failed', { status: 'failed', code: 'lost_or_stolen_card' }],
    ] as const) {
      const refund = buildRefund(reference, { amountMinor: 777 });
      expect(await provider.refund(refund, never)).toMatchObject({ status: 'processing' });
      stripe.settle(end);
      expect(await provider.refund(refund, never)).toEqual(answer);
    }
  });

  test('leaves open what becomes of a refund while the charge is processing', async () => {
    const order = cardCharge('pm_processing');
    const outcome = await provider.charge(order, never);
    const refund = buildRefund(outcome.status === 'processing' ? outcome.reference : '');
    await expect(provider.refund(refund, never)).rejects.toThrow('still processing');
    stripe.settle('succeeded');
    expect(await provider.refund(refund, never)).toEqual(succeeds);
  });

  describe('webhooks', () => {
    const buildEvent = (type: string, changes: object = {}) => ({
      id: 'evt_1',
      object: 'event',
      type,
      data: {
        object: {
          id: 'pi_1',
          object: 'payment_intent',
          status: 'succeeded',
          amount: 29_900,
          currency: 'usd',
          metadata: { paymentId: 'pay_1', bookingId: 'bkg_1' },
          cancellation_reason: null,
          last_payment_error: null,
          ...changes,
        },
      },
    });
    const read = (event: object, signing?: Parameters<typeof signStripeEvent>[1]) => {
      const { body, signature } = signStripeEvent(event, signing);
      return tryReading(provider, body, { 'stripe-signature': signature });
    };
    const common = { paymentId: 'pay_1', amountMinor: 29_900, currency: 'USD' };

    test('tell what became of a charge', () => {
      expect(read(buildEvent('payment_intent.succeeded'))).toEqual({
        ...common,
        outcome: { status: 'succeeded', reference: 'pi_1' },
      });
      const declined = { code: 'card_declined', decline_code: 'insufficient_funds' };
      const failure = { status: 'requires_payment_method', last_payment_error: declined };
      expect(read(buildEvent('payment_intent.payment_failed', failure))).toEqual({
        ...common,
        outcome: { status: 'failed', code: 'insufficient_funds' },
      });
      const canceled = (cancellation_reason: string | null) =>
        read(buildEvent('payment_intent.canceled', { status: 'canceled', cancellation_reason }));
      expect(canceled('abandoned')).toEqual({
        ...common,
        outcome: { status: 'failed', code: 'authentication_required' },
      });
      expect(canceled(null)).toEqual({ ...common, outcome: { status: 'failed', code: 'canceled' } });
    });

    test('say nothing when they are of something else', () => {
      expect(read(buildEvent('charge.refunded'))).toBeUndefined();
      expect(read(buildEvent('payment_intent.succeeded', { metadata: {} }))).toBeUndefined();
      expect(read({ object: 'v2.core.event', type: 'v1.billing.meter.error_report_triggered' })).toBeUndefined();
    });

    test('are refused when they are forged or old, and believed again when they come again', () => {
      const event = buildEvent('payment_intent.succeeded');
      const { body, signature } = signStripeEvent(event);
      const readSigned = (bytes: Buffer, header: string | undefined) =>
        tryReading(provider, bytes, { 'stripe-signature': header });
      const news = readSigned(body, signature);
      expect(news).toMatchObject(common);
      expect(readSigned(body, signature)).toEqual(news);
      // While its secret is being replaced, Stripe signs with both.
      expect(readSigned(body, signature.replace(',', `,v1=${'0'.repeat(64)},`))).toEqual(news);

      for (const header of [undefined, '', 'v1=', 't=1,v1=', signature.replace('v1', 'v0'), `${signature}0`]) {
        expect(readSigned(body, header)).toBe('webhook_unsigned');
      }
      expect(readSigned(Buffer.from(body.toString().replace('29900', '29901')), signature)).toBe('webhook_unsigned');
      expect(readSigned(body, signature.replace(/^t=\d+/, 't=1'))).toBe('webhook_unsigned');
      expect(read(event, { secret: 'whsec_another' })).toBe('webhook_unsigned');
      expect(read(event, { signedAtMs: Date.now() - 302_000 })).toBe('webhook_outdated');
      expect(read(event, { signedAtMs: Date.now() - 302_000, secret: 'whsec_another' })).toBe('webhook_unsigned');
      expect(read(event, { signedAtMs: Date.now() - 295_000 })).toEqual(news);
    });
  });
});
