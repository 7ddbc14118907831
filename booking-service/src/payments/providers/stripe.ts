import Stripe from 'stripe';
import { z } from 'zod';
import { orAborted } from './or-aborted.ts';
import {
  type ChargeOrder,
  type ChargeOutcome,
  type PaymentProvider,
  type ProviderNews,
  type RefundOrder,
  type RefundOutcome,
  WebhookRefused,
  webhookToleranceMs,
} from './provider.ts';

/** No request to Stripe lives longer, also when nobody waits for its answer any more. */
const requestTimeoutMs = 30_000;

/** Stripe counts these in hundredths, which they do not have (docs.stripe.com/currencies): an amount would shrink. */
const miscountedCurrencies: ReadonlySet<string> = new Set(['ISK', 'UGX']);

/** Declines that the cardholder must not be told apart (docs.stripe.com/declines/codes), or that say nothing. */
const untoldDeclines: ReadonlySet<string> = new Set([
  'generic_decline',
  'fraudulent',
  'lost_card',
  'stolen_card',
  'merchant_blacklist',
]);

/** Why we give up a charge for which the bank wants to talk to the cardholder. */
const authenticationRequired: ChargeOutcome = { status: 'failed', code: 'authentication_required' };

/** What tells our own cancellations, which all have that reason, from others. */
const ownCancellation = 'abandoned';

/**
 * Takes cards through Stripe: the token is the id of a PaymentMethod. Other methods are not offered, because none works
 * with that alone: PayPal sends the customer to its own page, bank transfers are paid into a customer's balance, debits
 * need a mandate.
 *
 * Stripe saves its first answer for an idempotency key, a 500 as well, and gives it again for at least 24 hours; older
 * keys it may forget, and would then charge once more. So nothing may be sent again after a day.
 * @param options.apiUrl where to find Stripe's API instead, without a path; for tests.
 */
export function createStripeProvider(options: {
  secretKey: string;
  webhookSecret: string;
  apiUrl?: string;
}): PaymentProvider {
  // Whoever sends an order again does so with the same key, so the client needs to repeat nothing by itself.
  const stripe = new Stripe(options.secretKey, {
    ...addressOf(options.apiUrl),
    httpClient: Stripe.createNodeHttpClient(),
    maxNetworkRetries: 0,
    timeout: requestTimeoutMs,
    telemetry: false,
  });

  async function charge(order: ChargeOrder): Promise<ChargeOutcome> {
    if (miscountedCurrencies.has(order.currency)) return { status: 'failed', code: 'currency_not_supported' };
    const intent = await unlessRefused(
      stripe.paymentIntents.create(
        {
          amount: order.amountMinor,
          currency: order.currency.toLowerCase(),
          payment_method: order.token,
          confirm: true,
          // No method whose customer would have to be sent elsewhere, so that no address to return to is needed:
          // docs.stripe.com/changelog/2023-08-16/automatic-payment-methods.
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { paymentId: order.id, bookingId: order.bookingId },
        },
        { idempotencyKey: order.id },
      ),
    );
    if ('refused' in intent) return { status: 'failed', code: intent.refused };
    // The answer may be the one saved for this key: what was processing then need not be now.
    if (intent.status === 'processing') return outcomeOf(await stripe.paymentIntents.retrieve(intent.id));
    if (intent.status === 'requires_action') return giveUp(intent.id);
    return outcomeOf(intent);
  }

  /** Cancels a charge that waits for the cardholder, who might otherwise still confirm it. */
  async function giveUp(intentId: string): Promise<ChargeOutcome> {
    const cancelled = await unlessRefused(
      stripe.paymentIntents.cancel(intentId, { cancellation_reason: ownCancellation }),
    );
    if (!('refused' in cancelled)) return authenticationRequired;
    const intent = await stripe.paymentIntents.retrieve(intentId);
    if (intent.status === 'requires_action') throw new Error(`${intentId} could not be canceled.`);
    return outcomeOf(intent);
  }

  async function refund(order: RefundOrder): Promise<RefundOutcome> {
    // Asked first, because a refusal would stay with the refund's key after the charge has succeeded.
    const charged = await unlessRefused(stripe.paymentIntents.retrieve(order.chargeReference));
    if ('refused' in charged) return { status: 'failed', code: charged.refused };
    if (charged.status === 'processing') throw new Error(`${order.chargeReference} is still processing.`);
    const answered = await unlessRefused(
      stripe.refunds.create(
        {
          payment_intent: order.chargeReference,
          amount: order.amountMinor,
          metadata: { refundId: order.id, paymentId: order.paymentId },
        },
        { idempotencyKey: order.id },
      ),
    );
    if ('refused' in answered) return { status: 'failed', code: answered.refused };
    // As with charges, the answer may be one of the past.
    const present = isUnderWay(answered) ? await stripe.refunds.retrieve(answered.id) : answered;
    if (present.status === 'succeeded') return { status: 'succeeded', reference: present.id };
    if (isUnderWay(present)) return { status: 'processing', reference: present.id };
    return { status: 'failed', code: wordOr('refund_failed', present.failure_reason ?? present.status) };
  }

  /** The signature comes first and by itself, because an age is to be believed only when it was signed. */
  function assertSigned(body: Buffer, header: string): void {
    const toleranceS = webhookToleranceMs / 1000;
    if (isSigned(body, header, toleranceS)) return;
    // 0 lets signatures of any age pass.
    if (isSigned(body, header, 0)) {
      throw new WebhookRefused('webhook_outdated', 'The signature is older than five minutes.');
    }
    throw new WebhookRefused('webhook_unsigned', 'The header Stripe-Signature is missing or does not fit the body.');
  }

  function isSigned(body: Buffer, header: string, toleranceS: number): boolean {
    try {
      return stripe.webhooks.signature?.verifyHeader(body, header, options.webhookSecret, toleranceS) ?? false;
    } catch {
      // It throws errors of several kinds, all for headers that it does not accept.
      return false;
    }
  }

  return {
    name: 'stripe',
    methods: ['card'],
    charge: (order, signal) => orAborted(charge(order), signal),
    refund: (order, signal) => orAborted(refund(order), signal),
    readWebhook: (body, header) => {
      assertSigned(body, header('Stripe-Signature') ?? '');
      return newsIn(JSON.parse(body.toString()));
    },
  };
}

/** What is answered, or the word for why it was refused. Whatever leaves open if it was done is thrown. */
async function unlessRefused<T extends object>(request: Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await request;
  } catch (error) {
    // 402: the bank said no.
    if (error instanceof Stripe.errors.StripeCardError) return { refused: declineWord(error) };
    // 400 and 404, but for keys of other requests: Stripe found a mistake in the order and did nothing.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      if (error.param === 'payment_method') return { refused: 'invalid_token' };
      return { refused: wordOr('invalid_request', error.code) };
    }
    throw error;
  }
}

/** The parts of a PaymentIntent that say what became of the charge. */
type IntentState = {
  readonly id: string;
  readonly status: string;
  readonly cancellation_reason?: string | null | undefined;
  readonly last_payment_error?: Decline | null | undefined;
};

type Decline = { readonly code?: string | null | undefined; readonly decline_code?: string | null | undefined };

function outcomeOf(intent: IntentState): ChargeOutcome {
  switch (intent.status) {
    case 'succeeded':
    case 'processing':
      return { status: intent.status, reference: intent.id };
    case 'canceled':
      if (intent.cancellation_reason === ownCancellation) return authenticationRequired;
      return { status: 'failed', code: 'canceled' };
    case 'requires_payment_method':
      return { status: 'failed', code: declineWord(intent.last_payment_error ?? {}) };
    default:
      throw new Error(`${intent.id} is ${intent.status}, which charges of ours never are.`);
  }
}

function declineWord({ code, decline_code }: Decline): string {
  // The client makes '' of a missing decline code.
  const word = wordOr('card_declined', decline_code || code);
  return untoldDeclines.has(word) ? 'card_declined' : word;
}

/** Stripe adds words as it likes; one that we could not keep or show is replaced. */
function wordOr(fallback: string, word: string | null | undefined): string {
  return word && /^[a-z0-9_]{1,60}$/.test(word) ? word : fallback;
}

function isUnderWay({ status }: { readonly status: string | null }): boolean {
  return status === 'pending' || status === 'requires_action';
}

const intentNews = z.object({
  type: z.enum(['payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled']),
  data: z.object({
    object: z.object({
      id: z.string(),
      status: z.string(),
      amount: z.int(),
      currency: z.string(),
      metadata: z.object({ paymentId: z.string() }),
      cancellation_reason: z.string().nullish(),
      last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
    }),
  }),
});

/** What an event says of a charge of ours; undefined for all others. */
function newsIn(event: unknown): ProviderNews | undefined {
  const read = intentNews.safeParse(event);
  if (!read.success) return undefined;
  const intent = read.data.data.object;
  return {
    paymentId: intent.metadata.paymentId,
    amountMinor: intent.amount,
    currency: intent.currency.toUpperCase(),
    outcome: outcomeOf(intent),
  };
}

function addressOf(apiUrl: string | undefined) {
  if (apiUrl === undefined) return {};
  const { protocol, hostname, port } = new URL(apiUrl);
  const scheme = protocol === 'http:' ? 'http' : 'https';
  return { protocol: scheme, host: hostname, port: port || (scheme === 'http' ? 80 : 443) } as const;
}
