import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { paymentRefunded } from '../../messaging/booking-events.ts';
import { type RefundRecord, refundedMinor } from '../../payments/domain/payment.ts';
import type { RefundOutcome } from '../../payments/providers/provider.ts';
import type { DeskRequest } from '../desk/desk-request.ts';

/** A refund as its provider says that it stands. */
export function refundAfter(refund: RefundRecord, outcome: RefundOutcome, nowMs: number): RefundRecord {
  return {
    ...refund,
    status: outcome.status,
    failureCode: outcome.status === 'failed' ? outcome.code : null,
    providerReference: outcome.status === 'failed' ? null : outcome.reference,
    attemptDeadlineMs: outcome.status === 'processing' ? refund.attemptDeadlineMs : null,
    updatedAtMs: nowMs,
  };
}

/** Makes the outcome of a refund true, once. A payment that is given back whole is refunded. */
export function settlingRefund(
  seen: BookingRecord,
  order: { readonly refundId: string; readonly outcome: RefundOutcome; readonly nowMs: number },
): DeskRequest<void> {
  const { refundId, outcome, nowMs } = order;
  return {
    needs: { flights: [], bookings: [seen] },
    decide: (state) => {
      const booking = state.booking(seen.id);
      const refund = booking?.refunds.find(({ id }) => id === refundId);
      const payment = booking?.payments.find(({ id }) => id === refund?.paymentId);
      if (!booking || !refund || !payment || refund.status !== 'processing') return;
      if (outcome.status === 'processing' && refund.providerReference === outcome.reference) return;
      const settled = refundAfter(refund, outcome, nowMs);
      const refunds = booking.refunds.map((one) => (one.id === refundId ? settled : one));
      const isWhole = refundedMinor(payment, refunds) >= payment.amountMinor;
      // Those of the booking's other payments have an end of their own.
      const isUnderWay = refunds.some(({ paymentId, status }) => paymentId === payment.id && status === 'processing');
      const isRefunded = outcome.status === 'succeeded' && isWhole && !isUnderWay;
      const paid = isRefunded
        ? { ...payment, status: 'refunded' as const, version: payment.version + 1, updatedAtMs: nowMs }
        : payment;
      const payments = booking.payments.map((one) => (one.id === paid.id ? paid : one));
      const changed = { ...booking, refunds, payments, version: booking.version + 1, updatedAtMs: nowMs };
      state.put(changed);
      if (outcome.status === 'succeeded') state.tell(paymentRefunded(changed, paid, settled));
    },
  };
}
