import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { AuthContext } from '../auth-context.ts';
import { endSessions } from '../db/access-changes.ts';
import type { Session } from '../db/session-models.ts';
import { listSessions } from '../db/sessions.ts';
import { AuthError } from '../domain/errors.ts';
import { recordDeed } from './record-deed.ts';

/** A page of the caller's sessions that go on, the newest first. @throws HttpProblem 400 for a foreign cursor. */
export async function listOwnSessions(
  { models, clock }: AuthContext,
  { userId, limit, cursor }: { userId: string; limit: number; cursor?: string | undefined },
): Promise<Page<Session>> {
  const question = { sessionsOf: userId };
  const [after] = readCursor(cursor, question, ['string']) ?? [];
  const found = await listSessions(models, { userId, nowMs: clock.nowMs(), after, limit: limit + 1 });
  return toPage(found, { limit, question, positionOf: ({ id }) => [id] });
}

/** Ends one of the caller's sessions. @throws AuthError `session_not_found`, also for somebody else's. */
export async function endOwnSession(
  auth: AuthContext,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  const end = { reason: 'revoked', nowMs: auth.clock.nowMs() } as const;
  await auth.database.write(async (tx) => {
    if ((await endSessions(auth, { userId, sessionId }, end, tx)) === 0) throw new AuthError('session_not_found');
    const target = { type: 'session', id: sessionId };
    await recordDeed(auth, { actor: userId, action: 'session.revoked', target }, tx);
  });
}
