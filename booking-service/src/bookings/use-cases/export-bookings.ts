import type { BookingHistory, KeptHistoryEntry } from '../db/booking-history.ts';
import type { Bookings } from '../db/bookings.ts';
import type { BookingRecord } from '../domain/booking.ts';

/** Bookings, or entries of a history, read at once. */
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

async function allEntries(history: BookingHistory, bookingId: string): Promise<KeptHistoryEntry[]> {
  const entries: KeptHistoryEntry[] = [];
  for (;;) {
    const page = await history.list({ bookingId, after: entries.at(-1), limit: pageSize });
    entries.push(...page);
    if (page.length < pageSize) return entries;
  }
}
