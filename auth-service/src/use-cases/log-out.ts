import type { AuthContext } from '../auth-context.ts';
import { hashOfRefreshToken } from '../credentials/refresh-tokens.ts';
import { endSessions } from '../db/access-changes.ts';

/**
 * Ends the session that a refresh token belongs to, also when the token was replaced since. A token that is unknown or
 * whose session is over needs nothing more, so the answer is always the same.
 */
export async function logOut(auth: AuthContext, refreshToken: string): Promise<void> {
  const { database, models, clock } = auth;
  const token = await models.RefreshToken.findByPk(hashOfRefreshToken(refreshToken));
  if (!token) return;
  const end = { reason: 'signed_out', nowMs: clock.nowMs() } as const;
  await database.write((tx) => endSessions(auth, { sessionId: token.sessionId }, end, tx));
}
