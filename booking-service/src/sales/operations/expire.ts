import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { bookingExpired } from '../../messaging/booking-events.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { releaseSeats } from '../desk/seating.ts';

/** Puts the seats of a booking that was not paid in time back on sale, unless a payment is under way. */
export function expiring(seen: BookingRecord, nowMs: number): DeskRequest<boolean> {
  return {
    needs: {
      flights: seen.segments.map(({ flightId }) => flightId),
      frees: true,
      bookings: [seen],
      ...(countsAsHeld(seen) ? { holder: { userId: seen.userId, changes: true } } : {}),
    },
    decide: (state) => {
      const booking = state.booking(seen.id);
      if (booking?.status !== 'pending') return false;
      if (booking.holdExpiresAtMs === null || booking.holdExpiresAtMs > nowMs) return false;
      if (booking.payments.some(({ status }) => status === 'processing')) return false;
      if (countsAsHeld(booking)) state.countHeld(booking.userId, -partySeatsOf(booking));
      const expired: BookingRecord = {
        ...releaseSeats(state, booking),
        status: 'expired',
        holdExpiresAtMs: null,
        version: booking.version + 1,
        updatedAtMs: nowMs,
      };
      state.put(expired);
      state.tell(bookingExpired(expired));
      return true;
    },
  };
}
