import type { AuthContext } from '../auth-context.ts';
import { deleteOldMailRequests } from '../db/mail-requests.ts';
import { triesWindowMs } from '../domain/password-tries.ts';
import { mailRequestLifetimeMs } from './make-mail-token.ts';

/** An address that nobody signed in from for so long is a stranger's again. */
const familiarForMs = 90 * 86_400_000;

/** The most rows of a table that one run deletes. */
const rowsPerRun = 500;

/**
 * Deletes what was only kept for a while: counts of wrong passwords, addresses that are not used any more, mails that
 * nobody waits for, and what stands beside old sign-ins in the audit log.
 * @returns how many rows it deleted or erased; several processes may do this at once.
 */
export async function purgeTraces(auth: AuthContext): Promise<number> {
  const { database, models, passwordTries, audit, clock } = auth;
  const nowMs = clock.nowMs();
  const before = { windowMs: nowMs - 2 * triesWindowMs, usedMs: nowMs - familiarForMs };
  return database.write(async (tx) => {
    const tries = await passwordTries.purge(before, rowsPerRun, tx);
    const requests = await deleteOldMailRequests(
      models,
      { beforeMs: nowMs - mailRequestLifetimeMs, limit: rowsPerRun },
      tx,
    );
    const signIns = await audit.eraseTraces(nowMs - auth.signInTracesMs, rowsPerRun, tx);
    return tries + requests + signIns;
  });
}
