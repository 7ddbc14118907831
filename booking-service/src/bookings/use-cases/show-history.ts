import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { BookingHistory, KeptHistoryEntry } from '../db/booking-history.ts';
import type { Bookings } from '../db/bookings.ts';
import { readBooking } from './read-booking.ts';

/**
 * A page of what happened to a booking of the caller's, or anyone's with `bookings:read:any`; the newest last.
 * @throws BookingError `booking_not_found`. @throws HttpProblem 400 for a foreign cursor.
 */
export async function showHistory(
  { bookings, history }: { readonly bookings: Bookings; readonly history: BookingHistory },
  caller: Caller,
  asked: { readonly bookingId: string; readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<KeptHistoryEntry>> {
  const { id: bookingId } = await readBooking(bookings, caller, asked.bookingId);
  const question = { bookingId };
  const position = readCursor(asked.cursor, question, ['number', 'string']);
  const after = position && { version: position[0], id: position[1] };
  const found = await history.list({ bookingId, after, limit: asked.limit + 1 });
  return toPage(found, { limit: asked.limit, question, positionOf: ({ version, id }) => [version, id] });
}
