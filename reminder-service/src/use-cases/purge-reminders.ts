import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Reminders } from '../db/reminders.ts';

/** The most reminders one run deletes. */
const remindersPerRun = 500;

const dayMs = 86_400_000;

/**
 * Deletes reminders that ended and were due longer ago than they are kept. The copy of their booking stays, so that an
 * old event which comes again plans nothing anew.
 * @returns how many it deleted; several processes may do this at once.
 */
export async function purgeReminders(parts: {
  database: Database;
  reminders: Reminders;
  clock: Clock;
  keptDays: number;
}): Promise<number> {
  const dueBeforeMs = parts.clock.nowMs() - parts.keptDays * dayMs;
  return parts.database.write((tx) => parts.reminders.deleteEnded(dueBeforeMs, remindersPerRun, tx));
}
