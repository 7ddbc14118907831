import type { Reminder as PublicReminder } from '@jetbridge/contracts/reminders/routes.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Mail } from '../domain/reminder.ts';

/** A reminder as the API shows it. */
export function presentReminder(reminder: Mail): PublicReminder {
  return {
    id: reminder.id,
    ...('bookingId' in reminder ? { bookingId: reminder.bookingId, bookingReference: reminder.bookingReference } : {}),
    ...('flightId' in reminder && reminder.flightId !== null ? { flightId: reminder.flightId } : {}),
    kind: reminder.kind,
    to: reminder.to,
    dueAt: toInstant(reminder.dueAtMs),
    status: reminder.status,
    ...(reminder.reason === null ? {} : { reason: reminder.reason }),
    attempts: reminder.attempts,
    sentAt: reminder.sentAtMs === null ? null : toInstant(reminder.sentAtMs),
    ...(reminder.lastError === null ? {} : { lastError: reminder.lastError }),
  };
}
