import { exportRemindersRoute } from '@jetbridge/contracts/reminders/internal.ts';
import { listRemindersRoute, retryReminderRoute } from '@jetbridge/contracts/reminders/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { exportReminders } from '../use-cases/export-reminders.ts';
import { admitToReminders, type ListRemindersParts, listReminders } from '../use-cases/list-reminders.ts';
import { type PreferenceParts, readPreferences } from '../use-cases/notification-preferences.ts';
import { type RetryParts, retryReminder } from '../use-cases/retry-reminder.ts';
import { presentPreferences } from './present-preferences.ts';
import { presentReminder } from './present-reminder.ts';

/** The public doors of this service. */
export function reminderRoutes(parts: ListRemindersParts & RetryParts & PreferenceParts): BoundRoute[] {
  return [
    bindRoute(
      listRemindersRoute,
      async ({ caller, query }) => {
        const { data, nextCursor } = await listReminders(parts, caller, query);
        return { body: { data: data.map(presentReminder), nextCursor } };
      },
      (caller, query) => admitToReminders(caller, query.bookingId),
    ),
    bindRoute(retryReminderRoute, async ({ params, caller }) => ({
      body: presentReminder(await retryReminder(parts, caller.userId, params.id ?? '')),
    })),
    bindRoute(exportRemindersRoute, async ({ params }) => {
      const userId = params.id ?? '';
      const reminders = (await exportReminders(parts, userId)).map(presentReminder);
      const { switchedOff } = await readPreferences(parts, userId);
      return { body: { reminders, preferences: presentPreferences(switchedOff) } };
    }),
  ];
}
