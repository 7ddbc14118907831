import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';

/** How long a booking that is not paid yet is left alone: its hold has ended long before. */
const pendingRestMs = 86_400_000;

/** The longest flight takes 19 hours; the second day is for what has to be sorted out after it. */
const restAfterDepartureMs = 2 * 86_400_000;

/**
 * From when on nobody needs to know who travels on the booking of a user who left: two days after its last departure, and
 * at once when it is cancelled or expired. Instants are Unix milliseconds.
 */
export function erasableFrom(booking: { status: BookingStatus; lastDepartureMs: number }, nowMs: number): number {
  switch (booking.status) {
    case 'cancelled':
    case 'expired':
      return nowMs;
    case 'pending':
      return nowMs + pendingRestMs;
    case 'confirmed':
      return booking.lastDepartureMs + restAfterDepartureMs;
  }
}
