import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { notificationPreferences } from './preference-routes.ts';
import { reminder } from './routes.ts';

/** How far business time runs ahead of real time. */
export const clockOffset = z.object({ offsetMs: z.int().min(0) });

export const readClockOffsetRoute = defineRoute({
  id: 'readClockOffset',
  service: 'reminder-service',
  method: 'get',
  path: '/internal/clock',
  access: 'service',
  summary: 'The offset of the sandbox clock, which every process follows outside production',
  answer: { status: 200, description: 'The offset', schema: clockOffset },
});

export const exportRemindersRoute = defineRoute({
  id: 'exportReminders',
  service: 'reminder-service',
  method: 'get',
  path: '/internal/users/:id/data',
  access: 'service',
  summary: 'Everything that is held here on a user',
  answer: {
    status: 200,
    description: 'All of it',
    schema: z.object({ reminders: z.array(reminder), preferences: notificationPreferences }),
  },
});
