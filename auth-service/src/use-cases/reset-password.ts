import type { AuthContext } from '../auth-context.ts';
import { hashOfMailToken } from '../credentials/mail-tokens.ts';
import { announceUserVersion, endSessions } from '../db/access-changes.ts';
import { findByTokenHash, withdrawMailRequests } from '../db/mail-requests.ts';
import { AuthError } from '../domain/errors.ts';
import { changeUser } from './change-user.ts';
import { recordDeed } from './record-deed.ts';
import { refusePassword } from './refuse-password.ts';
import { rememberAddress } from './remember-address.ts';
import type { ClientFacts } from './start-session.ts';

/**
 * Sets a new password for whoever has the token of a mailed link, once. Ends all sessions, and takes the address for
 * confirmed: its mail was read. Whoever does this is no stranger to the account from then on.
 * @throws AuthError `mail_token_invalid`, `password_too_common`, `password_is_email`.
 */
export async function resetPassword(
  auth: AuthContext,
  { token, password, client }: { token: string; password: string; client: ClientFacts },
): Promise<void> {
  const { database, models, clock } = auth;
  const refusal = () => new AuthError('mail_token_invalid', { at: '/token' });
  const asked = () => ({
    tokenHash: hashOfMailToken(token),
    purpose: 'password_reset' as const,
    nowMs: clock.nowMs(),
  });
  // Looked up before hashing as well, so that made-up tokens don't cost the time of a hash.
  const known = await findByTokenHash(models, asked());
  const owner = known && (await models.User.findByPk(known.userId));
  if (!owner) throw refusal();
  refusePassword(auth, { password, email: owner.email, at: '/password' });
  const passwordHash = await auth.passwords.hash(password);

  await database.write(async (tx) => {
    const request = await findByTokenHash(models, asked(), tx);
    const user = request && (await models.User.findByPk(request.userId, { transaction: tx, lock: true }));
    if (user?.status !== 'active') throw refusal();
    const nowMs = clock.nowMs();
    const emailVerifiedAtMs = user.emailVerifiedAtMs ?? nowMs;
    await changeUser(auth, user, { passwordHash, emailVerifiedAtMs }, tx);
    await withdrawMailRequests(models, { userId: user.id, purposes: ['password_reset', 'email_verification'] }, tx);
    await rememberAddress(auth, { userId: user.id, client }, tx);
    await endSessions(auth, { userId: user.id }, { reason: 'password_changed', nowMs }, tx);
    await announceUserVersion(database, { userId: user.id, version: user.version, nowMs }, tx);
    const target = { type: 'user', id: user.id };
    await recordDeed(auth, { actor: user.id, action: 'user.password_reset', target }, tx);
  });
}
