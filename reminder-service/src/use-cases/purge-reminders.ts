import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SendBlocksStore } from '../db/send-blocks.ts';
import type { SendLimiter } from '../db/send-limits.ts';

/** The most rows of a table that one run deletes. */
const rowsPerRun = 500;

const dayMs = 86_400_000;

/**
 * Deletes reminders that ended and were due longer ago than they are kept, addresses that were refused as long ago, and
 * counts of mails of hours that are over, each in a transaction of its own. The copy of their booking stays, so that an
 * old event which comes again plans nothing anew.
 * @returns how many it deleted; several processes may do this at once.
 */
export async function purgeReminders(parts: {
  database: Database;
  reminders: Reminders;
  blocks: SendBlocksStore;
  limiter: SendLimiter;
  clock: Clock;
  keptDays: number;
}): Promise<number> {
  const { database, reminders, blocks, limiter, clock, keptDays } = parts;
  const beforeMs = clock.nowMs() - keptDays * dayMs;
  const ended = await database.write((tx) => reminders.deleteEnded(beforeMs, rowsPerRun, tx));
  const refused = await database.write((tx) => blocks.deleteRefusedBefore(beforeMs, rowsPerRun, tx));
  const hours = await database.write((tx) => limiter.deleteOldHours(rowsPerRun, tx));
  return ended + refused + hours;
}
