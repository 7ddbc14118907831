import { assertNever } from '@jetbridge/service-kit/assert-never.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { SandboxCharge, SandboxChargeStatus } from '../db/sandbox-charges.ts';
import { createSandboxLedger } from '../db/sandbox-ledger.ts';
import { orAborted } from './or-aborted.ts';
import type { ChargeOrder, ChargeOutcome, PaymentProvider, RefundOrder, RefundOutcome } from './provider.ts';
import { idIn, readSandboxWebhook, sandboxReference } from './sandbox-webhooks.ts';

/** What a token makes of a charge. */
type Behaviour = {
  readonly status: SandboxChargeStatus;
  readonly failureCode?: string;
  /** The answer comes so long after the charge was booked. */
  readonly answersAfterMs?: number;
  /** Whoever asks first never gets an answer. */
  readonly leavesFirstAskOpen?: boolean;
  /** Success is told so long after the charge was booked; with a sender that looks twice a second, within 2 s. */
  readonly tellsAfterMs?: number;
};

const behaviours: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['tok_visa', { status: 'succeeded' }],
  ['tok_declined', { status: 'failed', failureCode: 'card_declined' }],
  ['tok_insufficient_funds', { status: 'failed', failureCode: 'insufficient_funds' }],
  ['tok_slow', { status: 'succeeded', answersAfterMs: 3_000 }],
  ['tok_timeout', { status: 'succeeded', leavesFirstAskOpen: true }],
  ['tok_webhook', { status: 'processing', tellsAfterMs: 500 }],
]);

const unknownToken: Behaviour = { status: 'failed', failureCode: 'invalid_token' };

/**
 * A bank for development and tests, which needs no account. Its books are tables of ours, but nobody else reads them.
 * Orders with the same id are the same charge, in every process. Its time is real time.
 */
export function createSandboxProvider(parts: { database: Database; webhookSecret: string }): PaymentProvider {
  const ledger = createSandboxLedger(parts.database);

  async function charge(order: ChargeOrder, signal: AbortSignal): Promise<ChargeOutcome> {
    const behaviour = behaviours.get(order.token) ?? unknownToken;
    const { tellsAfterMs, answersAfterMs = 0, leavesFirstAskOpen = false } = behaviour;
    const booked = await ledger.book({
      id: order.id,
      token: order.token,
      amountMinor: order.amountMinor,
      currency: order.currency,
      status: behaviour.status,
      failureCode: behaviour.failureCode ?? null,
      webhookDueAtMs: tellsAfterMs === undefined ? null : Date.now() + tellsAfterMs,
      countAsks: leavesFirstAskOpen,
    });
    if (leavesFirstAskOpen && booked.asked === 1) return new Promise(() => {});
    const waitMs = booked.createdAtMs + answersAfterMs - Date.now();
    if (answersAfterMs > 0 && waitMs > 0) await wait(waitMs, signal);
    return toOutcome(booked);
  }

  async function refund({ id, chargeReference, amountMinor, currency }: RefundOrder): Promise<RefundOutcome> {
    const chargeId = idIn(chargeReference);
    const result = await ledger.refund({ id, chargeId, amountMinor, currency });
    switch (result) {
      case 'booked':
        return { status: 'succeeded', reference: sandboxReference(id) };
      case 'too_much':
        return { status: 'failed', code: 'amount_exceeds_charge' };
      case 'unknown_charge':
        return { status: 'failed', code: 'charge_not_found' };
      case 'unsettled':
        throw new Error(`Charge ${chargeId} is still processing: what it will take can't be given back yet.`);
      default:
        return assertNever(result);
    }
  }

  return {
    name: 'sandbox',
    methods: ['card', 'paypal', 'bank_transfer', 'invoice'],
    charge: (order, signal) => orAborted(charge(order, signal), signal),
    refund: (order, signal) => orAborted(refund(order), signal),
    readWebhook: (body, header) => readSandboxWebhook({ body, header, webhookSecret: parts.webhookSecret }),
  };
}

function toOutcome({ id, status, failureCode }: SandboxCharge): ChargeOutcome {
  const reference = sandboxReference(id);
  switch (status) {
    case 'succeeded':
    case 'processing':
      return { status, reference };
    case 'failed':
      return { status, code: failureCode ?? unknownToken.failureCode ?? status };
    default:
      return assertNever(status);
  }
}
