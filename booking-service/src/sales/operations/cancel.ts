import { newId } from '@jetbridge/service-kit/ids.ts';
import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { bookingCancelled } from '../../messaging/booking-events.ts';
import { refundsFor } from '../../payments/domain/refunds-for.ts';
import { bookingNotFound } from '../desk/booking-not-found.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { dropChange } from '../desk/open-change.ts';
import { releaseSeats } from '../desk/seating.ts';
import { assertCancellable } from '../domain/cancellable.ts';
import { quoteRefund } from '../domain/refund-quote.ts';

/**
 * Cancels a booking, puts its seats back on sale and begins to give money back: what the fares say, or everything when
 * the airline is the reason. A booking that is cancelled already stays as it is.
 */
export function cancelling(
  seen: BookingRecord,
  order: { readonly nowMs: number; readonly reason: 'customer' | 'airline'; readonly requestId: string },
): Pick<DeskRequest<BookingRecord>, 'needs' | 'decide'> {
  const { nowMs, reason, requestId } = order;
  return {
    needs: {
      flights: [...seen.segments, ...(seen.openChange?.added ?? [])].map(({ flightId }) => flightId),
      frees: true,
      bookings: [seen],
      ...(countsAsHeld(seen) ? { holder: { userId: seen.userId, changes: true } } : {}),
    },
    decide: (state) => {
      const booking = state.booking(seen.id);
      if (!booking) throw bookingNotFound();
      if (booking.status === 'cancelled') return booking;
      if (reason === 'customer') assertCancellable(booking, nowMs);
      else if (booking.status === 'expired') return booking;
      const { refundMinor, lines } = quoteRefund(booking, { nowMs, reason });
      const rule = lines.find((line) => line.refundMinor > 0)?.rule ?? 'fare_refundable';
      const refunds = refundsFor(booking, { amountMinor: refundMinor, rule, nowMs, newId: () => newId('ref') });
      if (countsAsHeld(booking)) state.countHeld(booking.userId, -partySeatsOf(booking));
      const cancelled: BookingRecord = {
        ...releaseSeats(state, dropChange(state, booking)),
        status: 'cancelled',
        holdExpiresAtMs: null,
        refunds: [...booking.refunds, ...refunds],
        version: booking.version + 1,
        updatedAtMs: nowMs,
      };
      state.put(cancelled);
      if (booking.announced) state.tell(bookingCancelled(cancelled, requestId));
      return cancelled;
    },
  };
}
