import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { auditRecorded } from '@jetbridge/service-kit/events/audit.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { BookingRecord } from '../bookings/domain/booking.ts';
import type { HistoryEntry, Origin } from '../bookings/domain/booking-history.ts';
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

/** What staff did to somebody's booking, for the audit log. */
export function doneByStaff({ entry, by }: { entry: HistoryEntry; by: Origin }): EventDraft {
  const { actor, action, bookingId, before, after } = entry;
  const deed = {
    actor: actor.id ?? undefined,
    action: `booking.${action}`,
    target: { type: 'booking', id: bookingId },
    ...(before ? { before } : {}),
    after,
  } as const;
  // Not of the request at work: a batch of the sales desk does what many asked for.
  const { requestId, address } = by;
  return auditRecorded(
    'booking-service',
    deed,
    requestId === null ? null : { requestId, ...(address ? { address } : {}) },
  );
}

export function inventoryChanged(data: InventoryEventData): EventDraft {
  return { type: 'inventory.changed', subject: data.flightId, data };
}
