import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { refundAfter, settlingRefund } from '../../sales/operations/settle-refund.ts';
import { askAnew } from '../../sales/use-cases/ask-anew.ts';
import type { RefundOutcome } from '../providers/provider.ts';
import { attemptLeaseMs, type ChargeParts, longestAskMs } from './charge-payment.ts';

/** Refunds taken up in one turn, all at the same time. */
const refundsPerTurn = 20;

/**
 * Gives back the money of refunds that are due, new ones and those that nobody brought to an end. Each is sent under its
 * own id, so that sending it again gives nothing back twice.
 * @returns how many were taken up.
 */
export async function finishRefunds(parts: ChargeParts & { readonly log: Logger }): Promise<number> {
  const { payments, paymentTimeoutMs } = parts;
  const ids = await payments.claimOverdueRefunds({ limit: refundsPerTurn, forMs: attemptLeaseMs(paymentTimeoutMs) });
  const results = await Promise.allSettled(ids.map((id) => finishRefund(parts, id)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) parts.log.warn({ failures: failures.length, error: failures[0] }, 'refunds stay unfinished');
  return ids.length;
}

async function finishRefund(parts: ChargeParts & { readonly log: Logger }, refundId: string): Promise<void> {
  const { bookings, payments, provider, desk, clock, log } = parts;
  const refund = await payments.findRefund(refundId);
  const payment = refund && (await payments.find(refund.paymentId));
  if (!refund || !payment || refund.status !== 'processing') return;
  const { paymentId, bookingId, amountMinor, currency } = refund;
  const order = { id: refundId, paymentId, chargeReference: payment.providerReference ?? '', amountMinor, currency };
  const isTooOld = clock.nowMs() - refund.createdAtMs >= longestAskMs;
  const outcome: RefundOutcome = isTooOld
    ? { status: 'failed', code: 'timed_out' }
    : await provider.refund(order, AbortSignal.timeout(parts.paymentTimeoutMs));
  if (outcome.status === 'failed')
    log.error({ refundId, bookingId, code: outcome.code }, 'a refund was not made: look at the provider');
  await askAnew(async () => {
    const booking = await bookings.find(bookingId);
    const nowMs = clock.nowMs();
    if (booking) await desk.ask(settlingRefund(booking, { refundId, outcome, nowMs }));
    else await payments.settleStray(refundAfter(refund, outcome, nowMs));
  });
}
