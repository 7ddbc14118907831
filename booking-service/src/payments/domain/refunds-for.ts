import { type PaymentRecord, type RefundRecord, refundedMinor } from './payment.ts';

/**
 * Refunds that give an amount back of what was paid, due at once: of the latest payment first, of each no more than is
 * left of it. Where less was paid than is asked for, all of that.
 * @param order.newId makes the id of each.
 */
export function refundsFor(
  { payments, refunds }: { readonly payments: readonly PaymentRecord[]; readonly refunds: readonly RefundRecord[] },
  order: {
    readonly amountMinor: number;
    readonly rule: string;
    readonly nowMs: number;
    readonly newId: () => string;
  },
): RefundRecord[] {
  const { rule, nowMs, newId } = order;
  let leftMinor = order.amountMinor;
  const made: RefundRecord[] = [];
  for (const payment of payments.filter(({ status }) => status === 'succeeded').toReversed()) {
    const amountMinor = Math.min(leftMinor, payment.amountMinor - refundedMinor(payment, refunds));
    if (amountMinor <= 0) continue;
    leftMinor -= amountMinor;
    made.push({
      id: newId(),
      paymentId: payment.id,
      bookingId: payment.bookingId,
      amountMinor,
      currency: payment.currency,
      status: 'processing',
      rule,
      failureCode: null,
      providerReference: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      // Due at once.
      attemptDeadlineMs: 0,
    });
  }
  return made;
}
