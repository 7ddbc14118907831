import type { Caller, Guest } from '@jetbridge/service-kit/auth/caller.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { readBooking } from '../../bookings/use-cases/read-booking.ts';
import { assertCancellable } from '../domain/cancellable.ts';
import { keptMinor, quoteOfPaid } from '../domain/quote-of-paid.ts';
import { quoteRefund, type RefundQuote } from '../domain/refund-quote.ts';

/**
 * What cancelling a booking of the caller's would give back at this moment, or anyone's with `bookings:write:any`.
 * @throws BookingError `booking_not_found`, or why it can't be cancelled.
 */
export async function quoteCancellation(
  { bookings, clock }: { readonly bookings: Bookings; readonly clock: Clock },
  caller: Caller | Guest,
  bookingId: string,
): Promise<{ readonly booking: BookingRecord; readonly quote: RefundQuote }> {
  const booking = await readBooking(bookings, caller, bookingId, 'bookings:write:any');
  const nowMs = clock.nowMs();
  assertCancellable(booking, nowMs);
  return { booking, quote: quoteOfPaid(quoteRefund(booking, { nowMs, reason: 'customer' }), keptMinor(booking)) };
}
