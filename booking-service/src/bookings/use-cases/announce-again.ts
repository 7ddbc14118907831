import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents, type EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { Bookings } from '../db/bookings.ts';
import { presentBookingEvent } from '../presenters/present-booking.ts';

/** Bookings told of in one transaction. */
const bookingsPerBatch = 100;

/**
 * Tells once more how bookings stand, for a service that has missed it. Whoever knows that version already does nothing.
 * Pending ones are left out: nobody works on them.
 */
export async function announceAgain(database: Database, bookings: Bookings, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += bookingsPerBatch) {
    const records = await bookings.findMany(ids.slice(start, start + bookingsPerBatch));
    const drafts = records.flatMap((record): EventDraft[] => {
      if (record.status === 'pending') return [];
      const type = record.status === 'confirmed' ? 'booking.confirmed' : 'booking.cancelled';
      return [{ type, subject: record.id, data: presentBookingEvent(record) }];
    });
    if (drafts.length > 0) await database.write((tx) => appendEvents(database, drafts, tx));
  }
}
