import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';

/**
 * Checks that a booking is one to travel with.
 * @throws BookingError `booking_not_confirmed`, `booking_cancelled` or `booking_expired`.
 */
export function assertHasTicket({ status }: BookingRecord): void {
  switch (status) {
    case 'confirmed':
      return;
    case 'pending':
      throw new BookingError('booking_not_confirmed', 'This booking is not confirmed yet: a ticket is for paid seats.');
    case 'cancelled':
      throw new BookingError('booking_cancelled', 'This booking is cancelled, so it has no ticket.');
    case 'expired':
      throw new BookingError('booking_expired', 'This booking was not paid in time, so it has no ticket.');
  }
}

/**
 * Checks that the flights of a booking belong into a calendar, or may be there already and have to be taken out.
 * @throws BookingError `booking_not_confirmed` or `booking_expired`.
 */
export function assertHasCalendar({ status }: BookingRecord): void {
  switch (status) {
    case 'confirmed':
    case 'cancelled':
      return;
    case 'pending':
      throw new BookingError(
        'booking_not_confirmed',
        'This booking is not confirmed yet: its flights may still change.',
      );
    case 'expired':
      throw new BookingError('booking_expired', 'This booking was not paid in time, so nobody has it in a calendar.');
  }
}
