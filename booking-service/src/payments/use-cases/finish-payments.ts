import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { attemptCharge, attemptLeaseMs, type ChargeParts, longestAskMs, settlePayment } from './charge-payment.ts';

/** Payments taken over in one turn; each may wait for the provider, all at the same time. */
const paymentsPerTurn = 20;

/** A hold does not lapse while it is being paid, but no longer than this, by business time. */
const longestWaitMs = 30 * 60_000;

/**
 * Takes up payments that nobody brought to an end in time, after a crash or for want of an answer, and asks the provider
 * the same again under the same key. What takes too long is given up: its seats are freed, and money that shows up later
 * goes back.
 * @returns how many were taken up.
 */
export async function finishPayments(parts: ChargeParts & { readonly log: Logger }): Promise<number> {
  const { payments, paymentTimeoutMs } = parts;
  const ids = await payments.claimOverduePayments({ limit: paymentsPerTurn, forMs: attemptLeaseMs(paymentTimeoutMs) });
  const results = await Promise.allSettled(ids.map((id) => finishPayment(parts, id)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  // Each has a new deadline and is tried again then.
  if (failures.length > 0)
    parts.log.warn({ failures: failures.length, error: failures[0] }, 'payments stay unfinished');
  return ids.length;
}

async function finishPayment(parts: ChargeParts & { readonly log: Logger }, id: string): Promise<void> {
  const payment = await parts.payments.find(id);
  if (!payment) return;
  const requestId = `payment-${id}`;
  const outcome = await attemptCharge(parts, payment);
  if (outcome) await settlePayment(parts, { payment, settlement: outcome, requestId });
  const ageMs = parts.clock.nowMs() - payment.createdAtMs;
  const isDefinite = outcome && outcome.status !== 'processing';
  if (isDefinite || ageMs < longestWaitMs) return;
  if (payment.status === 'failed') {
    if (ageMs < longestAskMs) return;
    parts.log.error({ paymentId: id }, 'a payment that was given up is asked for no more: look at the provider');
    await settlePayment(parts, { payment, settlement: { status: 'failed', code: 'timed_out' }, requestId });
    return;
  }
  parts.log.warn({ paymentId: id, bookingId: payment.bookingId }, 'a payment has no outcome and is given up');
  await settlePayment(parts, { payment, settlement: { status: 'given_up' }, requestId });
}
