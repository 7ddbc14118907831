import type { SeatChoice } from '@jetbridge/contracts/bookings/routes.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import { bookingChanged } from '../../messaging/booking-events.ts';
import { bookingNotFound } from '../desk/booking-not-found.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { takeChosenSeats } from '../desk/seating.ts';

/** Gives passengers of a living booking the seats that were chosen for them. */
export function choosingSeats(
  seen: BookingRecord,
  order: { readonly choices: readonly SeatChoice[]; readonly nowMs: number; readonly requestId: string },
): DeskRequest<BookingRecord> {
  const { choices, nowMs, requestId } = order;
  return {
    needs: { flights: seen.segments.map(({ flightId }) => flightId), bookings: [seen] },
    decide: (state) => {
      const booking = state.booking(seen.id);
      if (!booking) throw bookingNotFound();
      assertAlive(booking, choices, nowMs);
      const seated = takeChosenSeats(state, booking, choices);
      const changed = { ...seated, version: booking.version + 1, updatedAtMs: nowMs };
      state.put(changed);
      if (booking.announced) state.tell(bookingChanged(changed, requestId));
      return changed;
    },
  };
}

function assertAlive({ status, segments }: BookingRecord, choices: readonly SeatChoice[], nowMs: number): void {
  if (status === 'cancelled') throw new BookingError('booking_cancelled', 'This booking is cancelled.');
  if (status === 'expired') throw new BookingError('booking_expired', 'This booking was not paid in time.');
  const chosen = new Set(choices.map(({ flightId }) => flightId));
  const departed = segments.find(({ flightId, departsAtMs }) => chosen.has(flightId) && departsAtMs <= nowMs);
  if (departed) throw new BookingError('departed', `Flight ${departed.details.flightNumber} has left.`);
}
