import type { Permission } from '@jetbridge/contracts/identity/permissions.ts';
import { type Caller, holds } from '@jetbridge/service-kit/auth/caller.ts';
import type { Bookings } from '../db/bookings.ts';
import type { BookingRecord } from '../domain/booking.ts';
import { bookingNotFound } from '../sales/sales-desk.ts';

/**
 * A booking that the caller owns, or may see or change by a permission.
 * @throws BookingError `booking_not_found`, also for someone else's booking.
 */
export async function readBooking(
  bookings: Bookings,
  caller: Caller,
  bookingId: string,
  permission: Permission = 'bookings:read:any',
): Promise<BookingRecord> {
  const booking = await bookings.find(bookingId);
  if (!booking || (booking.userId !== caller.userId && !holds(caller, permission))) throw bookingNotFound();
  return booking;
}
