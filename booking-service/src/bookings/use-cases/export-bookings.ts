import type { Waitlist } from '../../waitlist/db/waitlist.ts';
import type { EntryStanding } from '../../waitlist/domain/waitlist-entry.ts';
import type { BookingHistory, KeptHistoryEntry } from '../db/booking-history.ts';
import type { Bookings } from '../db/bookings.ts';
import type { BookingRecord } from '../domain/booking.ts';

/** Bookings, entries of a history or of the waitlist, read at once. */
const pageSize = 200;

export type BookingWithHistory = { readonly booking: BookingRecord; readonly entries: readonly KeptHistoryEntry[] };

/** Every booking of a user with all that happened to it, the newest first. */
export async function exportBookings(
  { bookings, history }: { bookings: Bookings; history: BookingHistory },
  userId: string,
): Promise<BookingWithHistory[]> {
  const exported: BookingWithHistory[] = [];
  for (let page = await bookings.list({ userId, limit: pageSize }); page.length > 0; ) {
    for (const booking of page) exported.push({ booking, entries: await allEntries(history, booking.id) });
    const last = page.at(-1);
    page = last && page.length === pageSize ? await bookings.list({ userId, after: last, limit: pageSize }) : [];
  }
  return exported;
}

/** Everything that a user waits for or has waited for, the newest first, also what they left. */
export async function exportWaitlist(waitlist: Waitlist, userId: string): Promise<EntryStanding[]> {
  const standings: EntryStanding[] = [];
  for (;;) {
    const after = standings.at(-1)?.entry;
    const page = await waitlist.list({ userId, after, limit: pageSize, withdrawn: true });
    standings.push(...page);
    if (page.length < pageSize) return standings;
  }
}

async function allEntries(history: BookingHistory, bookingId: string): Promise<KeptHistoryEntry[]> {
  const entries: KeptHistoryEntry[] = [];
  for (;;) {
    const page = await history.list({ bookingId, after: entries.at(-1), limit: pageSize });
    entries.push(...page);
    if (page.length < pageSize) return entries;
  }
}
