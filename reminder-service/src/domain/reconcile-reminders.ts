import type { BookingCopy } from './booking.ts';
import { occasionStands } from './occasional-mails.ts';
import type { PlannedReminder } from './plan-reminders.ts';
import {
  isOccasionalKind,
  type Reminder,
  type ReminderReason,
  reasonToDrop,
  repeatsWhatWasSent,
  sameReminder,
} from './reminder.ts';
import { blockOf, noBlocks, type SendBlocks } from './send-blocks.ts';

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
 * Brings the stored reminders of a booking in line with its plan. What was sent stays as it is, and so does what has
 * failed, unless it failed for its address and there is another one now; what is being sent is left to the sender, which
 * looks at the booking once more.
 * @param planned by `planReminders` for the same state of the booking, and what has just happened to it.
 * @param stored all reminders of the booking.
 * @param blocks what holds its mails back, for its present address.
 */
export function reconcileReminders(
  booking: Pick<BookingCopy, 'status' | 'flights' | 'email' | 'isOffer'>,
  planned: readonly PlannedReminder[],
  stored: readonly Reminder[],
  nowMs: number,
  blocks: SendBlocks = noBlocks,
): Reconciliation {
  const sent = stored.filter(({ status }) => status === 'sent');
  const added = planned
    .filter((plan) => !stored.some((reminder) => sameReminder(reminder, plan)))
    .map((plan) => ({ ...plan, ...standingOfNew(plan, stored, nowMs, blocks) }));
  const changed = stored.flatMap((reminder) => {
    const plan = planned.find((candidate) => sameReminder(candidate, reminder));
    const standing = plan
      ? standingOfWanted({ reminder, plan, sent, blocks, email: booking.email }, nowMs)
      : standingOfUnplanned(reminder, booking, blocks);
    const unsent = (standing ?? reminder).status === 'scheduled';
    if (!standing && (!unsent || reminder.to === booking.email)) return [];
    return [{ id: reminder.id, to: unsent ? booking.email : reminder.to, ...(standing ? { standing } : {}) }];
  });
  return { added, changed };
}

function standingOfNew(
  plan: PlannedReminder,
  stored: readonly Reminder[],
  nowMs: number,
  blocks: SendBlocks,
): Standing {
  const sent = stored.filter(({ status }) => status === 'sent');
  if (plan.bookedAfterDue) return { status: 'skipped', reason: 'booked_after_due' };
  if (repeatsWhatWasSent(plan, sent)) return { status: 'skipped', reason: 'moved_less_than_an_hour' };
  if (nowMs >= plan.sendUntilMs) return { status: 'skipped', reason: 'window_missed' };
  const block = blockOf(plan.kind, blocks);
  if (block) return { status: 'skipped', reason: block };
  const hasMoved =
    plan.flightId !== null && stored.some(({ kind, flightId }) => kind === plan.kind && flightId === plan.flightId);
  return { status: 'scheduled', reason: hasMoved ? 'moved_with_flight' : null };
}

/** The new standing of a reminder that is wanted (again); nothing when it keeps its own. */
function standingOfWanted(
  seen: {
    reminder: Reminder;
    plan: PlannedReminder;
    sent: readonly Reminder[];
    blocks: SendBlocks;
    email: string;
  },
  nowMs: number,
): Standing | undefined {
  const { reminder, plan, sent, blocks, email } = seen;
  const block = blockOf(reminder.kind, blocks);
  if (reminder.status === 'scheduled') return block && { status: 'skipped', reason: block };
  if (!mayReturn(reminder, email)) return undefined;
  // It was given up, and booked anew only after that.
  if (plan.bookedAfterDue) return { status: 'skipped', reason: 'booked_after_due' };
  if (repeatsWhatWasSent(reminder, sent)) return skippedUnlessSo(reminder, 'moved_less_than_an_hour');
  if (nowMs >= reminder.sendUntilMs) return { status: 'skipped', reason: 'window_missed' };
  if (block) return skippedUnlessSo(reminder, block);
  return { status: 'scheduled', reason: reminder.reason === 'flight_moved' ? 'moved_with_flight' : null };
}

/** Whether what kept a reminder from going out may have passed. */
function mayReturn(reminder: Reminder, email: string): boolean {
  switch (reminder.status) {
    case 'cancelled':
      return true;
    case 'skipped':
      return ['moved_less_than_an_hour', 'switched_off', 'address_refused'].includes(reminder.reason ?? '');
    case 'failed':
      return ['address_refused', 'address_invalid'].includes(reminder.reason ?? '') && reminder.to !== email;
    default:
      return false;
  }
}

function skippedUnlessSo(reminder: Reminder, reason: ReminderReason): Standing | undefined {
  const isSo = reminder.status === 'skipped' && reminder.reason === reason;
  return isSo ? undefined : { status: 'skipped', reason };
}

/** Occasional mails are planned when something happens, and stay for as long as it is worth telling. */
function standingOfUnplanned(
  reminder: Reminder,
  booking: Pick<BookingCopy, 'status' | 'flights' | 'isOffer'>,
  blocks: SendBlocks,
): Standing | undefined {
  if (!isOccasionalKind(reminder.kind) || !occasionStands(reminder, booking))
    return standingOfUnwanted(reminder, booking);
  const block = blockOf(reminder.kind, blocks);
  return block && reminder.status === 'scheduled' ? { status: 'skipped', reason: block } : undefined;
}

function standingOfUnwanted(
  reminder: Reminder,
  booking: Pick<BookingCopy, 'status' | 'flights' | 'isOffer'>,
): Standing | undefined {
  const isHeldBack = reminder.reason === 'switched_off' || reminder.reason === 'address_refused';
  if (reminder.status !== 'scheduled' && !(reminder.status === 'skipped' && isHeldBack)) return undefined;
  return { status: 'cancelled', reason: reasonToDrop(reminder, booking) };
}
