import { type Caller, holds } from '@jetbridge/service-kit/auth/caller.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { permissionMissing } from '@jetbridge/service-kit/http/problems.ts';
import type { BookingFilter, Bookings } from '../db/bookings.ts';
import type { BookingRecord } from '../domain/booking.ts';

/** What a client asks of the list. */
export type BookingQuestion = Omit<BookingFilter, 'after'> & { readonly cursor?: string | undefined };

/**
 * A page of the caller's bookings, or of anyone's with `bookings:read:any`; newest first.
 * @throws HttpProblem 400 for a foreign cursor, 403 when someone else's bookings are asked for.
 */
export async function listBookings(
  bookings: Bookings,
  caller: Caller,
  asked: BookingQuestion,
): Promise<Page<BookingRecord>> {
  const mayReadAny = holds(caller, 'bookings:read:any');
  if (!mayReadAny && asked.userId !== undefined && asked.userId !== caller.userId) {
    throw permissionMissing('bookings:read:any');
  }
  const question = { ...asked, userId: mayReadAny ? asked.userId : caller.userId };
  const position = readCursor(asked.cursor, question, ['number', 'string']);
  const after = position && { createdAtMs: position[0], id: position[1] };
  const found = await bookings.list({ ...question, after, limit: asked.limit + 1 });
  const positionOf = ({ createdAtMs, id }: BookingRecord) => [createdAtMs, id];
  return toPage(found, { limit: asked.limit, question, positionOf });
}
