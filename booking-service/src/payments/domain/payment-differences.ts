import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { keptMinor } from '../../sales/domain/quote-of-paid.ts';
import { quoteRefund } from '../../sales/domain/refund-quote.ts';
import { holdsBooking, type PaymentRecord, type RefundRecord, refundedMinor } from './payment.ts';

/** What does not agree between a booking, its payments and its refunds. */
export type PaymentDifference = {
  /** Of the payment or refund; of the booking where it is about all of them. */
  readonly id: string;
  readonly difference:
    | 'is confirmed and not paid in full'
    | 'has more than one open or succeeded payment'
    | 'lacks a refund'
    | 'is under way and nobody will ask for it'
    | 'is overdue: does the service run?'
    | 'was refused by the provider'
    | 'gives back more than was taken';
  /** What would be asked for again, where that is all it needs. */
  readonly stuck?: 'payments' | 'refunds';
};

/** How and when a booking was cancelled, by its history. */
export type Cancellation = { readonly atMs: number; readonly byAirline: boolean };

/** Attempts belong to a process for less than two minutes; what lies further ahead or behind is not at work. */
const longestAttemptMs = 10 * 60_000;

/**
 * Compares a booking with its money, as all of it stands at one moment.
 * @param known.isPaidHere whether bookings have to be paid at all.
 * @param known.nowMs by real time, as the deadlines are.
 */
export function paymentDifferences(
  booking: BookingRecord,
  known: { readonly isPaidHere: boolean; readonly nowMs: number; readonly cancellation: Cancellation | undefined },
): PaymentDifference[] {
  const { id, payments, refunds } = booking;
  const ofBooking = (difference: PaymentDifference['difference'], holds: boolean): PaymentDifference[] =>
    holds ? [{ id, difference }] : [];
  return [
    ...ofBooking('is confirmed and not paid in full', isUnderpaid(booking, known.isPaidHere)),
    ...ofBooking(
      'has more than one open or succeeded payment',
      payments.filter((one) => holdsBooking(one, refunds)).length > 1,
    ),
    ...ofBooking('lacks a refund', lacksRefund(booking, known.cancellation)),
    ...payments.flatMap((payment) => [
      ...attemptDifference(payment, 'payments', known.nowMs),
      ...excess(payment, refunds),
    ]),
    ...refunds.flatMap((refund) => [...attemptDifference(refund, 'refunds', known.nowMs), ...refusal(refund)]),
  ];
}

function isUnderpaid(booking: BookingRecord, isPaidHere: boolean): boolean {
  const { status, payments, totalMinor } = booking;
  if (status !== 'confirmed' || !(isPaidHere || payments.length > 0)) return false;
  return keptMinor(booking) < totalMinor;
}

/**
 * Whether less goes back than was to. What was tried and refused is no refund that is missing, and a payment that was
 * given back whole, because it came too late, says nothing about the others.
 */
function lacksRefund(booking: BookingRecord, cancellation: Cancellation | undefined): boolean {
  const { status, payments, refunds } = booking;
  if (status !== 'cancelled' && status !== 'expired') return false;
  let paidMinor = 0;
  let triedMinor = 0;
  for (const payment of payments) {
    if (payment.status !== 'succeeded' && payment.status !== 'refunded') continue;
    const tries = refunds.filter(({ paymentId }) => paymentId === payment.id);
    const triedOfPayment = tries.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    if (triedOfPayment >= payment.amountMinor) continue;
    paidMinor += payment.amountMinor;
    triedMinor += triedOfPayment;
  }
  const owedMinor = status === 'expired' ? paidMinor : Math.min(paidMinor, quotedMinor(booking, cancellation));
  return triedMinor < owedMinor;
}

/** What the cancellation had to give back, by the rules as they are now. */
function quotedMinor(booking: BookingRecord, cancellation: Cancellation | undefined): number {
  const nowMs = cancellation?.atMs ?? booking.updatedAtMs;
  const reason = cancellation?.byAirline ? 'airline' : 'customer';
  return quoteRefund(booking, { nowMs, reason }).refundMinor;
}

function attemptDifference(
  { id, status, createdAtMs, attemptDeadlineMs }: PaymentRecord | RefundRecord,
  stuck: 'payments' | 'refunds',
  nowMs: number,
): PaymentDifference[] {
  if (status !== 'processing') return [];
  if (attemptDeadlineMs === null || attemptDeadlineMs > nowMs + longestAttemptMs) {
    return [{ id, difference: 'is under way and nobody will ask for it', stuck }];
  }
  // A refund that is due at once has the deadline 0, and is as old as itself.
  if (Math.max(attemptDeadlineMs, createdAtMs) > nowMs - longestAttemptMs) return [];
  return [{ id, difference: 'is overdue: does the service run?' }];
}

function excess(payment: PaymentRecord, refunds: readonly RefundRecord[]): PaymentDifference[] {
  if (refundedMinor(payment, refunds) <= payment.amountMinor) return [];
  return [{ id: payment.id, difference: 'gives back more than was taken' }];
}

function refusal({ id, status }: RefundRecord): PaymentDifference[] {
  return status === 'failed' ? [{ id, difference: 'was refused by the provider' }] : [];
}
