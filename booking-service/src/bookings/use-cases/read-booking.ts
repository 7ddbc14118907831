import type { Permission } from '@jetbridge/contracts/identity/permissions.ts';
import { type Caller, type Guest, holds, isGuest } from '@jetbridge/service-kit/auth/caller.ts';
import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import { bookingNotFound } from '../../sales/desk/booking-not-found.ts';
import type { Bookings } from '../db/bookings.ts';
import type { BookingRecord } from '../domain/booking.ts';

/**
 * A booking that the caller owns, has looked up, or may see or change by a permission.
 * @param permission `own`: nobody but its owner may.
 * @throws BookingError `booking_not_found`, also for someone else's booking.
 */
export async function readBooking(
  bookings: Bookings,
  caller: Caller | Guest,
  bookingId: string,
  permission: Permission | 'own' = 'bookings:read:any',
): Promise<BookingRecord> {
  const booking = isPossibleId(bookingId) ? await bookings.find(bookingId) : undefined;
  if (!booking || !isOpenTo(booking, caller, permission)) throw bookingNotFound();
  return booking;
}

function isOpenTo({ id, userId }: BookingRecord, caller: Caller | Guest, permission: Permission | 'own'): boolean {
  if (isGuest(caller)) return caller.onlyFor === id;
  return userId === caller.userId || (permission !== 'own' && holds(caller, permission));
}
