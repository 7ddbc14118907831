import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { BookingRecord } from '../bookings/domain/booking.ts';
import { presentBookingEvent } from '../bookings/presenters/present-booking.ts';
import type { WaitlistEntry } from '../waitlist/domain/waitlist-entry.ts';
import { presentWaitlistEntry } from '../waitlist/presenters/present-waitlist-entry.ts';

/** A waiting party was given seats, by this booking. */
export function waitlistOffered(entry: WaitlistEntry, booking: BookingRecord, requestId?: string): EventDraft {
  const { userId } = entry;
  return {
    type: 'waitlist.offered',
    subject: entry.id,
    data: { ...presentWaitlistEntry({ entry, booking }), userId, booking: presentBookingEvent(booking) },
    ...(requestId === undefined ? {} : { requestId }),
  };
}
