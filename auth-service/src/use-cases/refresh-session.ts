import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { hashOfRefreshToken } from '../credentials/refresh-tokens.ts';
import { readAccess } from '../db/access.ts';
import { endSessions } from '../db/access-changes.ts';
import type { Session } from '../db/session-models.ts';
import { AuthError } from '../domain/errors.ts';
import { decideRefresh } from '../domain/refresh-decision.ts';
import { recordDeed } from './record-deed.ts';
import { type ClientFacts, type OpenSession, type SignedInUser, signIn } from './start-session.ts';

/**
 * Exchanges a refresh token for new tokens.
 * @throws AuthError `invalid_refresh_token`; `refresh_token_reused` when the token was replaced before, which has ended
 * the session.
 */
export async function refreshSession(
  auth: AuthContext,
  { refreshToken, client }: { refreshToken: string; client: ClientFacts },
): Promise<SignedInUser> {
  const outcome = await auth.database.write((tx) => exchange(auth, { refreshToken, client }, tx));
  // Thrown only now: an error inside would roll back the end of a session whose token was copied.
  if (outcome === 'reused') throw new AuthError('refresh_token_reused');
  if (outcome === 'invalid') throw new AuthError('invalid_refresh_token');
  return signIn(auth, outcome);
}

async function exchange(
  auth: AuthContext,
  { refreshToken, client }: { refreshToken: string; client: ClientFacts },
  tx: Transaction,
): Promise<OpenSession | 'reused' | 'invalid'> {
  const { models, clock } = auth;
  const tokenHash = hashOfRefreshToken(refreshToken);
  const presented = await models.RefreshToken.findByPk(tokenHash, { transaction: tx });
  if (!presented) return 'invalid';
  // All that happens to a session's tokens happens under the lock of its row, so it is read again under it.
  const session = await models.Session.findByPk(presented.sessionId, { transaction: tx, lock: true });
  const token = await models.RefreshToken.findByPk(tokenHash, { transaction: tx });
  const user = session && (await models.User.findByPk(session.userId, { transaction: tx }));
  if (!token || !user) return 'invalid';

  const successor = auth.refreshTokens.successorOf(refreshToken);
  const successorRow = await models.RefreshToken.findByPk(hashOfRefreshToken(successor), { transaction: tx });
  const nowMs = clock.nowMs();
  const decision = decideRefresh({
    session,
    userIsActive: user.status === 'active',
    token,
    successor: successorRow ?? undefined,
    nowMs,
  });
  if (decision === 'invalid') return decision;
  if (decision === 'reused') {
    const ended = await endSessions(auth, { sessionId: session.id }, { reason: 'refresh_token_reused', nowMs }, tx);
    const target = { type: 'session', id: session.id };
    if (ended > 0) await recordDeed(auth, { actor: undefined, action: 'session.token_reused', target }, tx);
    return decision;
  }
  if (decision === 'rotate') {
    await rotate(auth, { session, usedHash: tokenHash, generation: token.generation + 1, successor, nowMs }, tx);
  }
  await session.update({ ...client, lastUsedAtMs: nowMs }, { transaction: tx });
  return { user, access: await readAccess(models, user.id, tx), sessionId: session.id, refreshToken: successor };
}

async function rotate(
  { models }: AuthContext,
  change: { session: Session; usedHash: string; generation: number; successor: string; nowMs: number },
  tx: Transaction,
): Promise<void> {
  const { session, usedHash, generation, successor, nowMs } = change;
  const [used] = await models.RefreshToken.update(
    { usedAtMs: nowMs },
    { where: { tokenHash: usedHash, usedAtMs: null }, transaction: tx },
  );
  if (used !== 1) throw new Error(`A refresh token of ${session.id} was used twice in spite of the session's lock.`);
  const tokenHash = hashOfRefreshToken(successor);
  await models.RefreshToken.create(
    { tokenHash, sessionId: session.id, generation, issuedAtMs: nowMs, usedAtMs: null },
    { transaction: tx },
  );
}
