import type { AuthContext } from '../auth-context.ts';
import { hashOfRefreshToken } from '../credentials/refresh-tokens.ts';

/**
 * Ends the session that a refresh token belongs to, also when the token was replaced since. A token that is unknown or
 * whose session is over needs nothing more, so the answer is always the same.
 */
export async function logOut({ database, models, clock }: AuthContext, refreshToken: string): Promise<void> {
  const token = await models.RefreshToken.findByPk(hashOfRefreshToken(refreshToken));
  if (!token) return;
  await database.write((tx) =>
    models.Session.update(
      { endedAtMs: clock.nowMs(), endReason: 'signed_out' },
      { where: { id: token.sessionId, endedAtMs: null }, transaction: tx },
    ),
  );
}
