import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { AuthContext } from '../auth-context.ts';
import type { Session } from '../db/session-models.ts';
import { endSessions, listSessions } from '../db/sessions.ts';
import { AuthError } from '../domain/errors.ts';

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
  { database, models, clock }: AuthContext,
  chosen: { userId: string; id: string },
): Promise<void> {
  const end = { reason: 'revoked', nowMs: clock.nowMs() } as const;
  const ended = await database.write((tx) => endSessions(models, chosen, end, tx));
  if (ended === 0) throw new AuthError('session_not_found');
}
