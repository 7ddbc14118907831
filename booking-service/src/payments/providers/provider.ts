import type { PaymentMethod } from '@jetbridge/contracts/bookings/schemas.ts';

/** Money to be taken. The same `id` names the same charge, however often it is sent. */
export type ChargeOrder = {
  /** The payment's id, and the provider's idempotency key. */
  readonly id: string;
  readonly bookingId: string;
  readonly method: PaymentMethod;
  /** What the provider gave the client in place of a card number. */
  readonly token: string;
  /** Minor units of `currency`. */
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
};

/** What became of a charge. `reference` is the provider's own name for it, which refunds need. */
export type ChargeOutcome =
  | { readonly status: 'succeeded'; readonly reference: string }
  | { readonly status: 'processing'; readonly reference: string }
  /** `code` is a stable word for people and programs, such as `card_declined`. */
  | { readonly status: 'failed'; readonly code: string };

/** Money to be given back. The same `id` names the same refund, however often it is sent. */
export type RefundOrder = {
  /** The refund's id, and the provider's idempotency key. */
  readonly id: string;
  readonly paymentId: string;
  /** The provider's name for the charge. */
  readonly chargeReference: string;
  readonly amountMinor: number;
  readonly currency: string;
};

export type RefundOutcome =
  | { readonly status: 'succeeded'; readonly reference: string }
  | { readonly status: 'processing'; readonly reference: string }
  | { readonly status: 'failed'; readonly code: string };

/** What a provider tells us unasked. `amountMinor` is of the charge, so that another one can be refused. */
export type ProviderNews = {
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly outcome: ChargeOutcome;
};

/**
 * Whoever moves the money. Both orders may be sent again with the same id, at any time, by any process.
 * What `charge` and `refund` throw, a time limit among it, says nothing about whether money moved: send it again later.
 */
export type PaymentProvider = {
  readonly name: 'sandbox' | 'stripe';
  /** The methods it offers; others are refused before anything is held. */
  readonly methods: readonly PaymentMethod[];
  /** @throws when the outcome is not known. */
  readonly charge: (order: ChargeOrder, signal: AbortSignal) => Promise<ChargeOutcome>;
  /** @throws when the outcome is not known. */
  readonly refund: (order: RefundOrder, signal: AbortSignal) => Promise<RefundOutcome>;
  /**
   * Reads a webhook; undefined for news that don't concern a charge.
   * @param body the bytes as they came, because the signature is over them.
   * @throws WebhookRefused when it was not signed by the provider, or too long ago.
   */
  readonly readWebhook: (body: Buffer, header: (name: string) => string | undefined) => ProviderNews | undefined;
};

/** A webhook that is not to be believed: unsigned or wrongly signed (401), or older than five minutes (400). */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
  readonly code: 'webhook_unsigned' | 'webhook_outdated';

  constructor(code: WebhookRefused['code'], detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A signature is believed for this long, by real time. */
export const webhookToleranceMs = 5 * 60_000;
