import type { BookingCopy } from './booking.ts';
import type { PlannedReminder } from './plan-reminders.ts';
import { type Reminder, type ReminderReason, reasonToDrop, repeatsWhatWasSent, sameReminder } from './reminder.ts';

/** What a reminder starts or goes on with. */
export type Standing = {
  readonly status: 'scheduled' | 'skipped' | 'cancelled';
  readonly reason: ReminderReason | null;
};

/** What has to be written so that the stored reminders are those the booking asks for. */
export type Reconciliation = {
  readonly added: readonly (PlannedReminder & Standing)[];
  readonly changed: readonly { readonly id: string; readonly to: string; readonly standing?: Standing }[];
};

/**
 * Brings the stored reminders of a booking in line with its plan. What was sent or has failed stays as it is; what is
 * being sent is left to the sender, which looks at the booking once more.
 * @param planned by `planReminders` for the same state of the booking.
 * @param stored all reminders of the booking.
 */
export function reconcileReminders(
  booking: Pick<BookingCopy, 'status' | 'flights' | 'email'>,
  planned: readonly PlannedReminder[],
  stored: readonly Reminder[],
  nowMs: number,
): Reconciliation {
  const sent = stored.filter(({ status }) => status === 'sent');
  const added = planned
    .filter((plan) => !stored.some((reminder) => sameReminder(reminder, plan)))
    .map((plan) => ({ ...plan, ...standingOfNew(plan, sent, nowMs) }));
  const changed = stored.flatMap((reminder) => {
    const plan = planned.find((candidate) => sameReminder(candidate, reminder));
    const standing = plan ? standingOfWanted(reminder, plan, sent, nowMs) : standingOfUnwanted(reminder, booking);
    const unsent = (standing ?? reminder).status === 'scheduled';
    if (!standing && (!unsent || reminder.to === booking.email)) return [];
    return [{ id: reminder.id, to: unsent ? booking.email : reminder.to, ...(standing ? { standing } : {}) }];
  });
  return { added, changed };
}

function standingOfNew(plan: PlannedReminder, sent: readonly Reminder[], nowMs: number): Standing {
  if (plan.bookedAfterDue) return { status: 'skipped', reason: 'booked_after_due' };
  if (repeatsWhatWasSent(plan, sent)) return { status: 'skipped', reason: 'moved_less_than_an_hour' };
  if (nowMs >= plan.sendUntilMs) return { status: 'skipped', reason: 'window_missed' };
  return { status: 'scheduled', reason: null };
}

/** The new standing of a reminder whose departure is (again) the present one; nothing when it keeps its own. */
function standingOfWanted(
  reminder: Reminder,
  plan: PlannedReminder,
  sent: readonly Reminder[],
  nowMs: number,
): Standing | undefined {
  const hasReturned = reminder.status === 'cancelled' || reminder.reason === 'moved_less_than_an_hour';
  if (!hasReturned) return undefined;
  // It was given up, and booked anew only after that.
  if (plan.bookedAfterDue) return { status: 'skipped', reason: 'booked_after_due' };
  if (repeatsWhatWasSent(reminder, sent)) {
    return reminder.status === 'skipped' ? undefined : { status: 'skipped', reason: 'moved_less_than_an_hour' };
  }
  if (nowMs >= reminder.sendUntilMs) return { status: 'skipped', reason: 'window_missed' };
  return { status: 'scheduled', reason: null };
}

function standingOfUnwanted(
  reminder: Reminder,
  booking: Pick<BookingCopy, 'status' | 'flights'>,
): Standing | undefined {
  if (reminder.status !== 'scheduled') return undefined;
  return { status: 'cancelled', reason: reasonToDrop(reminder, booking) };
}
