import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';

/**
 * Checks that a booking may be changed now, giving up some of its segments: those that have left stay.
 * @throws BookingError `booking_cancelled`, `hold_expired`, `payment_in_progress` or `departed`.
 */
export function assertChangeable(booking: BookingRecord, dropped: readonly SegmentRecord[], nowMs: number): void {
  const { status, holdExpiresAtMs, payments } = booking;
  if (status === 'cancelled') throw new BookingError('booking_cancelled', 'This booking is cancelled.');
  if (status === 'expired' || (holdExpiresAtMs !== null && holdExpiresAtMs <= nowMs)) {
    throw new BookingError('hold_expired', 'This booking was held no longer; its seats are on sale again.');
  }
  if (payments.some((payment) => payment.status === 'processing')) {
    throw new BookingError(
      'payment_in_progress',
      'A payment of this booking is under way. Change it when it has ended.',
    );
  }
  const left = dropped.find(({ departsAtMs }) => departsAtMs <= nowMs);
  if (left) {
    throw new BookingError('departed', `Flight ${left.details.flightNumber} has left; it can no longer be changed.`, {
      facts: { flightId: left.flightId },
    });
  }
}
