import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@jetbridge/service-kit/ids.ts';

/** A request as it came: its parameters by their form-encoded names, such as `metadata[paymentId]`. */
export type StripeRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
};

type StripeObject = Record<string, unknown> & { readonly id: string; status: string };
type Answer = { readonly status: number; readonly body: object };
type Saved = { readonly request: string; answer: Answer | undefined };

export const testSecretKey = 'sk_test_only_for_tests';
export const testWebhookSecret = 'whsec_only_for_tests';

/**
 * Stands where Stripe's API would, as far as charges need it: form-encoded requests, JSON answers, a first answer that is
 * saved for its idempotency key, and errors of Stripe's form. What a charge comes to is up to its payment method.
 */
export async function startStripe() {
  const requests: StripeRequest[] = [];
  const saved = new Map<string, Saved>();
  const intents = new Map<string, StripeObject>();
  const refunds = new Map<string, StripeObject>();
  let hanging = 0;

  function answerTo(request: StripeRequest): Answer {
    const { method, path, params } = request;
    const [, resource = '', id = '', action = ''] = path.match(/^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/) ?? [];
    if (method === 'POST' && resource === 'payment_intents' && !id) return createIntent(params);
    if (method === 'POST' && resource === 'payment_intents' && action === 'cancel') return cancelIntent(id, params);
    if (method === 'POST' && resource === 'refunds' && !id) return createRefund(params);
    const found = method === 'GET' ? (resource === 'refunds' ? refunds : intents).get(id) : undefined;
    return found ? { status: 200, body: { ...found } } : missing('intent', id);
  }

  function createIntent(params: StripeRequest['params']): Answer {
    const unknown = Object.keys(params).find((name) => name.startsWith('payment_method_types'));
    // Since the version 2026-09-30.endive.
    if (unknown) return invalid({ code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' });
    if (Number(params.amount) < 50) return invalid({ code: 'amount_too_small', param: 'amount' });
    const intent: StripeObject = {
      id: newId('pi').replace('_', '_3'),
      object: 'payment_intent',
      status: 'succeeded',
      amount: Number(params.amount),
      currency: params.currency,
      cancellation_reason: null,
      last_payment_error: null,
      metadata: { paymentId: params['metadata[paymentId]'], bookingId: params['metadata[bookingId]'] },
    };
    intents.set(intent.id, intent);
    switch (params.payment_method) {
      case 'pm_card_visa':
      case 'pm_hangs':
        break;
      case 'pm_processing':
        intent.status = 'processing';
        break;
      case 'pm_card_authenticationRequired':
        intent.status = 'requires_action';
        break;
      case 'pm_card_chargeDeclined':
        return decline(intent, { code: 'card_declined', decline_code: 'generic_decline' });
      case 'pm_card_chargeDeclinedInsufficientFunds':
        return decline(intent, { code: 'card_declined', decline_code: 'insufficient_funds' });
      case 'pm_card_chargeDeclinedLostCard':
        return decline(intent, { code: 'card_declined', decline_code: 'lost_card' });
      case 'pm_card_chargeDeclinedExpiredCard':
        return decline(intent, { code: 'expired_card' });
      case 'pm_server_error':
        return { status: 500, body: { error: { type: 'api_error', message: 'Something went wrong.' } } };
      default:
        intents.delete(intent.id);
        return missing('payment_method', params.payment_method ?? '');
    }
    return { status: 200, body: { ...intent } };
  }

  function decline(intent: StripeObject, reason: { code: string; decline_code?: string }): Answer {
    const error = { type: 'card_error', message: 'Your card was declined.', ...reason };
    intent.status = 'requires_payment_method';
    intent.last_payment_error = error;
    return { status: 402, body: { error: { ...error, payment_intent: { ...intent } } } };
  }

  function cancelIntent(id: string, params: StripeRequest['params']): Answer {
    const intent = intents.get(id);
    if (!intent) return missing('intent', id);
    if (intent.status !== 'requires_action') return invalid({ code: 'payment_intent_unexpected_state' });
    Object.assign(intent, { status: 'canceled', cancellation_reason: params.cancellation_reason });
    return { status: 200, body: { ...intent } };
  }

  function createRefund(params: StripeRequest['params']): Answer {
    const intent = intents.get(params.payment_intent ?? '');
    if (!intent) return missing('payment_intent', params.payment_intent ?? '');
    const before = [...refunds.values()].filter(({ payment_intent }) => payment_intent === intent.id);
    const total = before.reduce((sum, { amount }) => sum + Number(amount), Number(params.amount));
    if (total > Number(intent.amount)) return invalid({ param: 'amount' });
    const status = params.amount === '777' ? 'pending' : 'succeeded';
    const refund = {
      id: newId('re').replace('_', '_3'),
      object: 'refund',
      status,
      amount: Number(params.amount),
      payment_intent: intent.id,
    };
    refunds.set(refund.id, refund);
    return { status: 200, body: { ...refund } };
  }

  /** As docs.stripe.com/api/idempotent_requests says: the first answer again, or an error for another request. */
  function answerOnce(request: StripeRequest): { answer: Answer; replayed: boolean } {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string') return { answer: answerTo(request), replayed: false };
    const fingerprint = JSON.stringify([request.path, request.params]);
    const known = saved.get(key);
    if (known && known.request !== fingerprint) {
      return { answer: failure(400, 'idempotency_error', { message: 'Keys are for one request.' }), replayed: false };
    }
    if (known?.answer) return { answer: known.answer, replayed: true };
    const answer = answerTo(request);
    saved.set(key, { request: fingerprint, answer });
    return { answer, replayed: false };
  }

  const server = http.createServer(async (req, res) => {
    const text = Buffer.concat(await Array.fromAsync(req)).toString();
    const request: StripeRequest = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      params: Object.fromEntries(new URLSearchParams(text)),
    };
    requests.push(request);
    const authorised = req.headers.authorization === `Bearer ${testSecretKey}`;
    const { answer, replayed } = authorised
      ? answerOnce(request)
      : { answer: failure(401, 'invalid_request_error', { message: 'Invalid API Key provided.' }), replayed: false };
    if (request.params.payment_method === 'pm_hangs' && !replayed) {
      hanging += 1;
      return;
    }
    res.writeHead(answer.status, {
      'Content-Type': 'application/json',
      'Request-Id': newId('req'),
      ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    });
    res.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** How many requests were carried out and never answered. */
    hanging: () => hanging,
    /** The charges made for a payment. */
    intentsOf: (paymentId: string) =>
      [...intents.values()].filter(({ metadata }) => JSON.stringify(metadata).includes(`"${paymentId}"`)),
    /** Moves everything that is under way to its end. */
    settle(status: 'succeeded' | 'failed') {
      for (const intent of intents.values()) if (intent.status === 'processing') intent.status = 'succeeded';
      for (const refund of refunds.values()) {
        if (refund.status !== 'pending') continue;
        Object.assign(refund, { status, ...(status === 'failed' ? { failure_reason: 'lost_or_stolen_card' } : {}) });
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An event as Stripe would deliver it, signed at this time with this secret. */
export function signStripeEvent(
  event: object,
  { signedAtMs = Date.now(), secret = testWebhookSecret }: { signedAtMs?: number; secret?: string } = {},
) {
  const body = Buffer.from(JSON.stringify(event));
  const t = Math.floor(signedAtMs / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
  return { body, signature: `t=${t},v1=${v1}` };
}

const failure = (status: number, type: string, more: object): Answer => ({
  status,
  body: { error: { type, ...more } },
});

const invalid = (more: { code?: string; param?: string }) =>
  failure(400, 'invalid_request_error', { message: 'The request is invalid.', ...more });

const missing = (param: string, id: string) =>
  failure(404, 'invalid_request_error', { code: 'resource_missing', param, message: `No such ${param}: '${id}'` });
