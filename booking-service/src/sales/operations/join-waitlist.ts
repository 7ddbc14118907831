import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import {
  type EntryStanding,
  maximumLine,
  maximumLinesPerUser,
  type WaitlistEntry,
} from '../../waitlist/domain/waitlist-entry.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import type { DeskState } from '../desk/desk-state.ts';
import { OutdatedFlights } from '../desk/on-sale.ts';

/**
 * Puts a party at the end of the line for a cabin of a flight. Where seats are free for it and nobody before it fits,
 * it is offered them in the same transaction.
 */
export function joiningWaitlist(
  party: Omit<WaitlistEntry, 'position'>,
  copy: FlightCopy,
): Pick<DeskRequest<EntryStanding>, 'needs' | 'decide' | 'afterOffers'> {
  const { userId, flightId } = party;
  return {
    needs: {
      flights: [copy],
      frees: true,
      // Its own count goes first, so that of two requests of one user the second knows of the first.
      holder: { userId, changes: true },
      waitlist: { joiningUserId: userId },
    },
    decide: (state) => {
      const { knownVersion, closed } = state.flight(flightId);
      const { version, flightNumber } = copy.flight;
      if (knownVersion > version) throw new OutdatedFlights(`Flight ${flightId} has changed since version ${version}.`);
      if (closed) {
        throw new BookingError('flight_not_bookable', `Flight ${flightNumber} is closed for sale.`, {
          facts: { flightId },
        });
      }
      assertMayWait(state, party);
      return { entry: state.lines.join(party), booking: null };
    },
    afterOffers: ({ entry }, state) => {
      const now = state.lines.entry(entry.id) ?? entry;
      return { entry: now, booking: (now.bookingId !== null && state.booking(now.bookingId)) || null };
    },
  };
}

function assertMayWait(state: DeskState, { userId, flightId, cabin }: Omit<WaitlistEntry, 'position'>): void {
  const open = state.lines.ofUser(userId).filter((entry) => isOpen(state, entry));
  if (open.some((entry) => entry.flightId === flightId && entry.cabin === cabin)) {
    throw new BookingError(
      'already_waiting',
      'You wait for this flight and cabin already, or have an offer to pay for.',
    );
  }
  if (open.filter(({ status }) => status === 'waiting').length >= maximumLinesPerUser) {
    throw new BookingError('waitlist_limit', `You may wait for ${maximumLinesPerUser} flights at a time.`, {
      facts: { maximum: maximumLinesPerUser },
    });
  }
  if (state.lines.line({ flightId, cabin }).length >= maximumLine) {
    throw new BookingError('waitlist_full', `${maximumLine} parties wait for this flight and cabin already.`);
  }
}

/** Whether an entry waits, or its offer can still be paid; a booking that the batch has not loaded was pending when read. */
function isOpen(state: DeskState, { status, bookingId }: WaitlistEntry): boolean {
  if (status === 'waiting') return true;
  if (status !== 'offered' || bookingId === null) return false;
  return (state.booking(bookingId)?.status ?? 'pending') === 'pending';
}
