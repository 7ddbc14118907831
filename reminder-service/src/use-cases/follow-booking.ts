import type { Transaction } from 'sequelize';
import type { Bookings } from '../db/bookings.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SendBlocksStore } from '../db/send-blocks.ts';
import { type BookingCopy, succeed } from '../domain/booking.ts';
import { planReminders, type ReminderOffset } from '../domain/plan-reminders.ts';
import { reconcileReminders } from '../domain/reconcile-reminders.ts';

export type FollowBookingParts = {
  readonly bookings: Bookings;
  readonly reminders: Reminders;
  readonly deletedUsers: DeletedUsers;
  readonly blocks: SendBlocksStore;
  readonly offsets: readonly ReminderOffset[];
};

/**
 * Learns of a state of a booking: keeps it if it is newer than the one known, and brings the reminders in line with it.
 * News may come twice and in any order. Locks the booking, then its reminders.
 */
export async function followBooking(
  { bookings, reminders, deletedUsers, blocks, offsets }: FollowBookingParts,
  news: BookingCopy,
  nowMs: number,
  tx: Transaction,
): Promise<void> {
  const known = await bookings.keepFirst(news, tx);
  if (known.version > news.version) return;
  const booking = known.version < news.version ? succeed(known, news) : known;
  if (booking !== known) await bookings.replace(booking, tx);
  await deletedUsers.lookAgain(booking.userId, nowMs, tx);
  const planned = planReminders(booking, nowMs, offsets);
  const stored = await reminders.lockOfBooking(booking.id, tx);
  const held = await blocks.find(booking, tx);
  await reminders.apply(booking, reconcileReminders(booking, planned, stored, nowMs, held), tx);
}
