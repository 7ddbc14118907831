import type { Transaction } from 'sequelize';
import type { Bookings } from '../db/bookings.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SendBlocksStore } from '../db/send-blocks.ts';
import { type BookingCopy, succeed } from '../domain/booking.ts';
import { planChangeMails, planPaymentFailed } from '../domain/occasional-mails.ts';
import { type PlannedReminder, planReminders, type ReminderOffset } from '../domain/plan-reminders.ts';
import { type Reconciliation, reconcileReminders } from '../domain/reconcile-reminders.ts';
import type { Reminder } from '../domain/reminder.ts';

export type FollowBookingParts = {
  readonly bookings: Bookings;
  readonly reminders: Reminders;
  readonly deletedUsers: DeletedUsers;
  readonly blocks: SendBlocksStore;
  readonly offsets: readonly ReminderOffset[];
};

/**
 * Learns of a state of a booking: keeps it if it is newer than the one known, and brings the reminders in line with it
 * and with what has changed since. News may come twice and in any order. Locks the booking, then its reminders.
 */
export async function followBooking(
  parts: FollowBookingParts,
  news: BookingCopy,
  nowMs: number,
  tx: Transaction,
): Promise<void> {
  const { bookings, reminders, deletedUsers } = parts;
  const known = await bookings.keepFirst(news, tx);
  const booking = newestOf(known, news);
  if (!booking) return;
  if (booking !== known) await bookings.replace(booking, tx);
  await deletedUsers.lookAgain(booking.userId, nowMs, tx);
  const stored = await reminders.lockOfBooking(booking.id, tx);
  const { planned, superseded } = planChangeMails(known, booking, stored, nowMs);
  const gone = stored.filter(({ id }) => superseded.includes(id));
  const others = stored.filter(({ id }) => !superseded.includes(id));
  const { added, changed } = await reconcile(parts, booking, { stored: others, happened: planned, nowMs }, tx);
  const standing = { status: 'cancelled', reason: 'superseded' } as const;
  const dropped = gone.map(({ id, to }) => ({ id, to, standing }));
  await reminders.apply(booking, { added, changed: [...dropped, ...changed] }, tx);
}

/**
 * Learns that a payment failed. Whoever bought and was refused in the same request has been told by its answer, and
 * their booking was never heard of here: nothing is mailed for it.
 */
export async function followFailedPayment(
  parts: FollowBookingParts,
  bookingId: string,
  payment: { readonly id: string; readonly amountMinor: number; readonly failureCode: string },
  nowMs: number,
  tx: Transaction,
): Promise<void> {
  await parts.bookings.lock(bookingId, tx);
  const booking = await parts.bookings.find(bookingId, tx);
  if (!booking || booking.status === 'cancelled') return;
  const stored = await parts.reminders.lockOfBooking(bookingId, tx);
  const happened = [planPaymentFailed(booking, payment, nowMs)];
  await parts.reminders.apply(booking, await reconcile(parts, booking, { stored, happened, nowMs }, tx), tx);
}

async function reconcile(
  { blocks, offsets }: FollowBookingParts,
  booking: BookingCopy,
  seen: { stored: readonly Reminder[]; happened: readonly PlannedReminder[]; nowMs: number },
  tx: Transaction,
): Promise<Reconciliation> {
  const { stored, happened, nowMs } = seen;
  const planned = [...planReminders(booking, nowMs, offsets), ...happened];
  return reconcileReminders(booking, planned, stored, nowMs, await blocks.find(booking, tx));
}

/** Nothing when the news are older. That a booking is an offer may be heard of beside the same state of it, and later. */
function newestOf(known: BookingCopy, news: BookingCopy): BookingCopy | undefined {
  if (known.version < news.version) return succeed(known, news);
  const isOffer = news.isOffer === true && !known.isOffer;
  if (known.version > news.version) return isOffer ? { ...known, isOffer } : undefined;
  return isOffer ? { ...known, isOffer } : known;
}
