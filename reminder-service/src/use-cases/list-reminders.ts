import { type Caller, holds } from '@jetbridge/service-kit/auth/caller.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { permissionMissing } from '@jetbridge/service-kit/http/problems.ts';
import type { AskOwner } from '../clients/current-bookings.ts';
import type { Bookings } from '../db/bookings.ts';
import type { ReminderFilter, Reminders } from '../db/reminders.ts';
import { ReminderError } from '../domain/errors.ts';
import type { Mail } from '../domain/reminder.ts';

/** What a client asks of the list. */
export type ReminderQuestion = Omit<ReminderFilter, 'after'> & { readonly cursor?: string | undefined };

export type ListRemindersParts = {
  readonly bookings: Bookings;
  readonly reminders: Reminders;
  readonly askOwner: AskOwner;
};

/** Reminders of bookings in general are for staff. @throws HttpProblem 403 */
export function admitToReminders(caller: Caller | undefined, bookingId: unknown): void {
  if (bookingId === undefined && !holds(caller, 'reminders:read')) throw permissionMissing('reminders:read');
}

/**
 * A page of reminders by due time: of one booking for its owner, of any with `reminders:read`.
 * @throws ReminderError `booking_not_found`, also for somebody else's booking.
 * @throws HttpProblem 400 for a foreign cursor, 403 when reminders in general are not the caller's to read.
 */
export async function listReminders(
  { bookings, reminders, askOwner }: ListRemindersParts,
  caller: Caller,
  asked: ReminderQuestion,
): Promise<Page<Mail>> {
  admitToReminders(caller, asked.bookingId);
  if (asked.bookingId !== undefined) {
    // A booking made a moment ago may not have been told here yet: its list is empty, not unknown.
    const ownerId = (await bookings.find(asked.bookingId))?.userId ?? (await askOwner(asked.bookingId));
    const mayRead = ownerId !== undefined && (ownerId === caller.userId || holds(caller, 'reminders:read'));
    if (!mayRead) throw new ReminderError('booking_not_found', 'There is no booking of yours with this id.');
  }
  const after = readPosition(asked);
  const found = await reminders.list({ ...asked, after, limit: asked.limit + 1 });
  const positionOf = ({ dueAtMs, id }: Mail) => [dueAtMs, id];
  return toPage(found, { limit: asked.limit, question: asked, positionOf });
}

function readPosition(asked: ReminderQuestion): ReminderFilter['after'] {
  const position = readCursor(asked.cursor, asked, ['number', 'string']);
  return position && { dueAtMs: position[0], id: position[1] };
}
