import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { BookingRecord } from '../domain/booking.ts';
import { presentBookingEvent } from '../presenters/present-booking.ts';

/** What is told when a booking is made and confirmed in one go. */
export function bookingPlaced(record: BookingRecord): EventDraft[] {
  const data = presentBookingEvent(record);
  return [
    { type: 'booking.created', subject: record.id, data },
    { type: 'booking.confirmed', subject: record.id, data },
  ];
}

export function bookingCancelled(record: BookingRecord): EventDraft {
  return { type: 'booking.cancelled', subject: record.id, data: presentBookingEvent(record) };
}

export function bookingChanged(record: BookingRecord): EventDraft {
  return { type: 'booking.changed', subject: record.id, data: presentBookingEvent(record) };
}

export function inventoryChanged(data: InventoryEventData): EventDraft {
  return { type: 'inventory.changed', subject: data.flightId, data };
}
