import type { NotificationPreferences } from '@jetbridge/contracts/reminders/preference-routes.ts';
import { type ReminderKind, reminderKinds } from '@jetbridge/contracts/reminders/routes.ts';

/** Preferences as the API shows them: of each kind of mail whether it is sent. */
export function presentPreferences(switchedOff: readonly ReminderKind[]): NotificationPreferences {
  const kinds = Object.fromEntries(reminderKinds.map((kind) => [kind, !switchedOff.includes(kind)]));
  // All kinds there are, and no others.
  return { kinds: kinds as NotificationPreferences['kinds'] };
}
