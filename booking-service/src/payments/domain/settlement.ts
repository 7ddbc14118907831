import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import { type PaymentRecord, refundedMinor } from './payment.ts';

/** A booking after news of its payment; null where nothing remains of it. */
export type Settled = { readonly booking: BookingRecord | null; readonly payment: PaymentRecord };

/** Why a payment that came to an end did not get what it was for; nothing when it did, or is under way. */
export function refusalOfSettled({ booking, payment }: Settled): BookingError | undefined {
  const isGivenBack = booking !== null && refundedMinor(payment, booking.refunds) >= payment.amountMinor;
  if (payment.status === 'failed') {
    return new BookingError('payment_declined', 'The payment was declined. Try another way to pay.', {
      facts: { failureCode: payment.failureCode ?? 'declined' },
    });
  }
  if (payment.status === 'processing') return undefined;
  if (payment.purpose === 'change' && isGivenBack) {
    return new BookingError('hold_expired', 'The new flights can be had no longer. What was taken is given back.');
  }
  if (booking?.status === 'confirmed') return undefined;
  if (booking?.status === 'cancelled') {
    return new BookingError('booking_cancelled', 'The booking was cancelled meanwhile. What was taken is given back.');
  }
  return new BookingError('hold_expired', 'The booking was held no longer. What was taken is given back.');
}
