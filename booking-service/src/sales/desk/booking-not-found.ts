import { BookingError } from '../../domain/errors.ts';

/** The same words for a booking that does not exist and for one that is not yours. */
export const bookingNotFound = () => new BookingError('booking_not_found', 'There is no such booking.');
