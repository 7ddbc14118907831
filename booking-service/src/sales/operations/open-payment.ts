import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import { bookingNotFound } from '../desk/booking-not-found.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { LocksOutdated } from '../desk/desk-state.ts';

/** Notes that a held booking is about to be paid. While the payment is under way the hold does not lapse. */
export function openingPayment(
  seen: BookingRecord,
  payment: PaymentRecord,
): Pick<DeskRequest<{ booking: BookingRecord; payment: PaymentRecord }>, 'needs' | 'decide'> {
  return {
    needs: { flights: [], bookings: [seen] },
    decide: (state) => {
      const booking = state.booking(seen.id);
      if (!booking) throw bookingNotFound();
      assertPayable(booking, payment.createdAtMs);
      // It was changed since it was seen, and costs something else now.
      if (booking.totalMinor !== payment.amountMinor)
        throw new LocksOutdated(`Booking ${booking.id} has another total.`);
      const changed = {
        ...booking,
        payments: [...booking.payments, payment],
        version: booking.version + 1,
        updatedAtMs: payment.createdAtMs,
      };
      state.put(changed);
      return { booking: changed, payment };
    },
  };
}

function assertPayable({ status, payments, holdExpiresAtMs }: BookingRecord, nowMs: number): void {
  if (payments.some((payment) => payment.status === 'processing')) {
    throw new BookingError('payment_in_progress', 'A payment of this booking is under way; the booking shows it.');
  }
  if (status === 'confirmed') throw new BookingError('already_paid', 'This booking is paid.');
  if (status === 'cancelled') throw new BookingError('booking_cancelled', 'This booking is cancelled.');
  if (status === 'expired' || (holdExpiresAtMs !== null && holdExpiresAtMs <= nowMs)) {
    throw new BookingError('hold_expired', 'This booking was held no longer; its seats are on sale again.');
  }
}
