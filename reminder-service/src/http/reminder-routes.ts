import { exportRemindersRoute } from '@jetbridge/contracts/reminders/internal.ts';
import { listRemindersRoute } from '@jetbridge/contracts/reminders/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { exportReminders } from '../use-cases/export-reminders.ts';
import { admitToReminders, type ListRemindersParts, listReminders } from '../use-cases/list-reminders.ts';
import { presentReminder } from './present-reminder.ts';

/** The public doors of this service. */
export function reminderRoutes(parts: ListRemindersParts): BoundRoute[] {
  return [
    bindRoute(
      listRemindersRoute,
      async ({ caller, query }) => {
        const { data, nextCursor } = await listReminders(parts, caller, query);
        return { body: { data: data.map(presentReminder), nextCursor } };
      },
      (caller, query) => admitToReminders(caller, query.bookingId),
    ),
    bindRoute(exportRemindersRoute, async ({ params }) => ({
      body: { reminders: (await exportReminders(parts, params.id ?? '')).map(presentReminder) },
    })),
  ];
}
