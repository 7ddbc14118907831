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
    | 'is confirmed and paid for more than once'
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
    ...ofBooking('is confirmed and not paid in full', overpaidMinor(booking, known.isPaidHere) < 0),
    ...ofBooking(
      'is confirmed and paid for more than once',
      overpaidMinor(booking, known.isPaidHere) > refusedMinor(booking),
    ),
    ...ofBooking(
      'has more than one open or succeeded payment',
      payments.filter((one) => one.purpose === 'booking' && holdsBooking(one, refunds)).length > 1,
    ),
    ...ofBooking('lacks a refund', lacksRefund(booking, known.cancellation)),
    ...payments.flatMap((payment) => [
      ...attemptDifference(payment, 'payments', known.nowMs),
      ...excess(payment, refunds),
    ]),
    ...refunds.flatMap((refund) => [...attemptDifference(refund, 'refunds', known.nowMs), ...refusal(refund)]),
  ];
}

/** How much more is kept of a confirmed booking than what it holds costs, and the fees of its changes. */
function overpaidMinor(booking: BookingRecord, isPaidHere: boolean): number {
  const { status, payments, totalMinor, feesMinor } = booking;
  if (status !== 'confirmed' || !(isPaidHere || payments.length > 0)) return 0;
  return keptMinor(booking) - totalMinor - feesMinor;
}

/** What was to go back and was refused, which is a difference of its own. */
const refusedMinor = ({ refunds }: BookingRecord): number =>
  refunds.filter(({ status }) => status === 'failed').reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/** Why money goes back beside a cancellation: it came too late, or a change made it too much. */
const rulesBesideCancelling = new Set(['fare_difference', 'change_not_made', 'hold_expired', 'booking_cancelled']);

/** Whether less goes back than was to. What was tried and refused is no refund that is missing. */
function lacksRefund(booking: BookingRecord, cancellation: Cancellation | undefined): boolean {
  const { status, payments, refunds } = booking;
  const paidMinor = payments
    .filter((one) => one.status === 'succeeded' || one.status === 'refunded')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const sumOf = (some: readonly RefundRecord[]) => some.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (status === 'expired') return sumOf(refunds) < paidMinor;
  if (status !== 'cancelled') return false;
  const besideMinor = sumOf(refunds.filter(({ rule }) => rulesBesideCancelling.has(rule)));
  const triedMinor = sumOf(refunds) - besideMinor;
  return triedMinor < Math.min(paidMinor - besideMinor, quotedMinor(booking, cancellation));
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
