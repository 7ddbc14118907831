import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import { standingOf, type WaitlistEntry } from '../../waitlist/domain/waitlist-entry.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { LocksOutdated } from '../desk/desk-state.ts';

/** The same words for an entry that does not exist, one that was left, and one that is not yours. */
export const entryNotFound = () =>
  new BookingError('waitlist_entry_not_found', 'There is no such entry of the waitlist.');

/**
 * Takes a party out of the line, or its past offer out of the list.
 * @param booking that was made for it, where one was when it was seen.
 */
export function leavingWaitlist(
  seen: WaitlistEntry,
  booking: BookingRecord | undefined,
  nowMs: number,
): DeskRequest<void> {
  return {
    needs: {
      flights: [seen.flightId],
      ...(booking ? { bookings: [booking] } : {}),
      waitlist: { entryId: seen.id },
    },
    decide: (state) => {
      const entry = state.lines.entry(seen.id);
      if (!entry || entry.status === 'withdrawn') throw entryNotFound();
      if (entry.bookingId !== seen.bookingId) throw new LocksOutdated('Seats were offered at this moment.');
      const made = entry.bookingId === null ? undefined : state.booking(entry.bookingId);
      const standing = standingOf({ entry, booking: made ?? null });
      if (standing === 'offered' || standing === 'booked') {
        throw new BookingError('waitlist_offered', 'Seats were offered. Cancel the booking to give them back.', {
          facts: { bookingId: entry.bookingId },
        });
      }
      state.lines.put({ ...entry, status: 'withdrawn', version: entry.version + 1, updatedAtMs: nowMs });
    },
  };
}
