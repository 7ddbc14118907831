import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { type DatabaseSettings, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { readOffsets } from './config.ts';
import { createBookings } from './db/bookings.ts';
import { createClockOffset } from './db/clock-offset.ts';
import { createDeletedUsers } from './db/deleted-users.ts';
import { createReminderCheck } from './db/reminder-check.ts';
import { createReminders } from './db/reminders.ts';
import { createSendBlocks } from './db/send-blocks.ts';
import { checkReminders } from './use-cases/check-reminders.ts';

/** What looks after this service's data while the service may run or not; its schema must be there already. */
export async function openReminderChecks(settings: DatabaseSettings, environment: Environment, log: Logger) {
  const offsets = readOffsets(environment);
  const database = await openDatabase(settings, log);
  const check = createReminderCheck(database);
  const parts = {
    database,
    check,
    offsets,
    bookings: createBookings(database),
    reminders: createReminders(database),
    deletedUsers: createDeletedUsers(database),
    blocks: createSendBlocks(database),
  };
  // Zero where nobody has moved the sandbox clock, and in production always.
  const nowMs = Date.now() + (await createClockOffset(database).read());
  return {
    nowMs,
    checkReminders: (options: { fix: boolean }) => checkReminders(parts, { ...options, nowMs }),
    bookingsAfter: check.bookingsAfter,
    versionsOf: check.versionsOf,
    close: database.close,
  };
}
