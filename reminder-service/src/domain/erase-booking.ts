import type { BookingCopy } from './booking.ts';

const dayMs = 86_400_000;

/** How long a booking that waits to be paid, or has just ended, is left alone. */
const restMs = dayMs;

/** The copy of a booking whose user has left, with nothing in it that tells who travelled. */
export function eraseBooking(booking: BookingCopy): BookingCopy {
  return {
    ...booking,
    email: '',
    passengers: booking.passengers.map((passenger) => ({ ...passenger, firstName: 'Deleted', lastName: 'traveller' })),
  };
}

/**
 * From when on nobody needs the names and the address of a booking any more: a day after its last flight has arrived, at
 * once when it is cancelled or expired, and while it waits to be paid not yet.
 */
export function erasableFrom(booking: Pick<BookingCopy, 'status' | 'flights'>, nowMs: number): number {
  switch (booking.status) {
    case 'cancelled':
    case 'expired':
      return nowMs;
    case 'pending':
      return nowMs + restMs;
    case 'confirmed':
      return Math.max(0, ...booking.flights.map(({ arrivesAtMs }) => arrivesAtMs)) + restMs;
  }
}
