import type { PaymentRecord, RefundRecord } from './payment.ts';

/** What the sandbox has taken and given back for a payment, in minor units. */
export type BookedTotals = { readonly chargedMinor: number; readonly refundedMinor: number };

export type SandboxDifference =
  | 'was taken here, but not by the sandbox'
  | 'was taken by the sandbox, but has failed here'
  | 'gives back another amount at the sandbox'
  | 'is a charge of the sandbox without a payment';

/**
 * Compares a payment with the books of the sandbox. What is under way may stand in its books or not.
 * @param totals undefined where its books have no such charge.
 */
export function sandboxDifference(
  payment: PaymentRecord,
  refunds: readonly RefundRecord[],
  totals: BookedTotals | undefined,
): SandboxDifference | undefined {
  const { chargedMinor, refundedMinor } = totals ?? { chargedMinor: 0, refundedMinor: 0 };
  const isTaken = payment.status === 'succeeded' || payment.status === 'refunded';
  if (isTaken && chargedMinor !== payment.amountMinor) return 'was taken here, but not by the sandbox';
  const isOver = payment.status === 'failed' && payment.attemptDeadlineMs === null;
  if (isOver && chargedMinor > refundedMinor) return 'was taken by the sandbox, but has failed here';
  const own = refunds.filter(({ paymentId }) => paymentId === payment.id);
  const sumOf = (...statuses: RefundRecord['status'][]) =>
    own.filter(({ status }) => statuses.includes(status)).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const isWithin = sumOf('succeeded') <= refundedMinor && refundedMinor <= sumOf('succeeded', 'processing');
  return isWithin ? undefined : 'gives back another amount at the sandbox';
}
