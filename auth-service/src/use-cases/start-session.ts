import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { accessTokenSeconds } from '../credentials/access-token-signer.ts';
import { hashOfRefreshToken } from '../credentials/refresh-tokens.ts';
import { type Access, readAccess } from '../db/access.ts';
import type { User } from '../db/user-model.ts';
import { rememberAddress } from './remember-address.ts';

/** Where a sign-in comes from, as far as it is known; kept to show users their sessions. */
export type ClientFacts = { readonly userAgent: string | null; readonly address: string | null };

/** A session with the refresh token that its client holds next. */
export type OpenSession = {
  readonly user: User;
  readonly access: Access;
  readonly sessionId: string;
  readonly refreshToken: string;
};

/** What signing in gives to the client. */
export type SignedInUser = {
  readonly user: User;
  readonly roles: readonly string[];
  readonly accessToken: string;
  readonly accessTokenSeconds: number;
  readonly refreshToken: string;
};

/** Opens a session with its first refresh token, in the caller's transaction. */
export async function startSession(
  auth: AuthContext,
  { user, client }: { user: User; client: ClientFacts },
  tx: Transaction,
): Promise<OpenSession> {
  const { models, refreshTokens, sessionLifetimeMs, clock } = auth;
  const nowMs = clock.nowMs();
  const sessionId = newId('ses', nowMs);
  const refreshToken = refreshTokens.first();
  await models.Session.create(
    {
      id: sessionId,
      userId: user.id,
      ...client,
      createdAtMs: nowMs,
      lastUsedAtMs: nowMs,
      expiresAtMs: nowMs + sessionLifetimeMs,
      endedAtMs: null,
      endReason: null,
    },
    { transaction: tx },
  );
  await models.RefreshToken.create(
    { tokenHash: hashOfRefreshToken(refreshToken), sessionId, generation: 1, issuedAtMs: nowMs, usedAtMs: null },
    { transaction: tx },
  );
  await rememberAddress(auth, { userId: user.id, client }, tx);
  return { user, access: await readAccess(models, user.id, tx), sessionId, refreshToken };
}

/** Signs the access token of an open session: after the transaction, because it costs a millisecond of computing. */
export function signIn(auth: AuthContext, { user, access, sessionId, refreshToken }: OpenSession): SignedInUser {
  const { roles, permissions, rolesVersion } = access;
  const accessToken = auth.accessTokens.sign(
    { userId: user.id, sessionId, roles, permissions, userVersion: user.version, rolesVersion },
    auth.clock.nowMs(),
  );
  return { user, roles, accessToken, accessTokenSeconds, refreshToken };
}
