import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { BookingRecord } from '../bookings/domain/booking.ts';
import { presentBookingEvent, presentPaymentEvent, presentRefund } from '../bookings/presenters/present-booking.ts';
import type { PaymentRecord, RefundRecord } from '../payments/domain/payment.ts';

type BookingEventType = `booking.${'created' | 'confirmed' | 'changed' | 'cancelled' | 'expired'}`;

const tellOf =
  (type: BookingEventType) =>
  (record: BookingRecord, requestId?: string): EventDraft => ({
    type,
    subject: record.id,
    data: presentBookingEvent(record),
    ...(requestId === undefined ? {} : { requestId }),
  });

export const bookingCreated = tellOf('booking.created');
export const bookingConfirmed = tellOf('booking.confirmed');
export const bookingChanged = tellOf('booking.changed');
export const bookingCancelled = tellOf('booking.cancelled');
export const bookingExpired = tellOf('booking.expired');

/** News of a payment; the booking it is for may be gone. */
export function paymentEvent(
  type: 'payment.succeeded' | 'payment.failed',
  booking: BookingRecord,
  payment: PaymentRecord,
  requestId: string,
): EventDraft {
  return { type, subject: payment.id, data: presentPaymentEvent(booking, payment), requestId };
}

export function paymentRefunded(booking: BookingRecord, payment: PaymentRecord, refund: RefundRecord): EventDraft {
  const data = { ...presentPaymentEvent(booking, payment), refund: presentRefund(refund) };
  return { type: 'payment.refunded', subject: payment.id, data };
}

export function inventoryChanged(data: InventoryEventData): EventDraft {
  return { type: 'inventory.changed', subject: data.flightId, data };
}
