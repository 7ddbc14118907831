import type { AuthContext } from '../auth-context.ts';
import { deleteSessionsOver } from '../db/sessions.ts';

/** Sessions that are over are kept this long, so that what happened to one can still be found out. */
const keptAfterEndMs = 7 * 86_400_000;

/** The most sessions one run deletes. */
const sessionsPerRun = 200;

/** How long to rest when there is nothing to delete. */
export const purgeIdleMs = 3_600_000;

/**
 * Deletes sessions that ended or expired long ago.
 * @returns how many it deleted; several processes may do this at once.
 */
export async function purgeSessions({
  database,
  models,
  clock,
}: Pick<AuthContext, 'database' | 'models' | 'clock'>): Promise<number> {
  const beforeMs = clock.nowMs() - keptAfterEndMs;
  return database.write((tx) => deleteSessionsOver(models, { beforeMs, limit: sessionsPerRun }, tx));
}
