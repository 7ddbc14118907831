import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';

/**
 * Checks that a customer may cancel a booking now.
 * @throws BookingError `booking_cancelled`, `booking_expired`, `payment_in_progress` or `departed`.
 */
export function assertCancellable(booking: BookingRecord, nowMs: number): void {
  const { status, segments, payments } = booking;
  if (status === 'cancelled') throw new BookingError('booking_cancelled', 'This booking is cancelled.');
  if (status === 'expired') {
    throw new BookingError('booking_expired', 'This booking was not paid in time and is held no longer.');
  }
  if (payments.some((payment) => payment.status === 'processing')) {
    throw new BookingError('payment_in_progress', 'A payment of this booking is under way. Cancel when it has ended.');
  }
  const firstDepartureMs = Math.min(...segments.map(({ departsAtMs }) => departsAtMs));
  if (firstDepartureMs <= nowMs) {
    throw new BookingError('departed', 'The first flight of this booking has left; it can no longer be cancelled.');
  }
}
