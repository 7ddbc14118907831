import type { PaymentMethod, PaymentStatus, RefundStatus } from '@jetbridge/contracts/bookings/schemas.ts';

/** A payment of a booking. Money in minor units of `currency`, instants in Unix milliseconds. */
export type PaymentRecord = {
  /** Also the key under which the provider knows the charge. */
  readonly id: string;
  readonly bookingId: string;
  readonly userId: string;
  /** Of the payments for the booking itself one at most is open or succeeded; a change has one of its own. */
  readonly purpose: 'booking' | 'change';
  readonly provider: string;
  readonly method: PaymentMethod;
  /** Kept only as long as the charge may have to be sent again. */
  readonly token: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: PaymentStatus;
  readonly failureCode: string | null;
  readonly providerReference: string | null;
  /** The idempotency key of the request that waits for this payment's outcome. */
  readonly idempotencyKey: string | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** From then on, by real time, whoever finds the payment asks the provider again. Null: nothing is left to ask. */
  readonly attemptDeadlineMs: number | null;
};

/** Money that is given back. */
export type RefundRecord = {
  /** Also the key under which the provider knows the refund. */
  readonly id: string;
  readonly paymentId: string;
  readonly bookingId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: RefundStatus;
  readonly rule: string;
  readonly failureCode: string | null;
  readonly providerReference: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly attemptDeadlineMs: number | null;
};

/** What of a payment is given back, or is about to be. */
export function refundedMinor(payment: PaymentRecord, refunds: readonly RefundRecord[]): number {
  return refunds
    .filter(({ paymentId, status }) => paymentId === payment.id && status !== 'failed')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** Whether a payment keeps its booking from being paid once more: it is under way, or has succeeded and is not given back. */
export function holdsBooking(payment: PaymentRecord, refunds: readonly RefundRecord[]): boolean {
  if (payment.status === 'processing') return true;
  return payment.status === 'succeeded' && refundedMinor(payment, refunds) < payment.amountMinor;
}
