import type { AuthContext } from '../auth-context.ts';
import { announceUserVersion, endSessions } from '../db/access-changes.ts';
import { withdrawMailRequests } from '../db/mail-requests.ts';
import { AuthError } from '../domain/errors.ts';
import { changeUser } from './change-user.ts';
import { confirmPassword } from './confirm-password.ts';
import { recordDeed } from './record-deed.ts';
import { refusePassword } from './refuse-password.ts';
import type { ClientFacts } from './start-session.ts';

/**
 * Sets another password for the caller's account, who must know the present one. All sessions but the caller's end, and
 * links that were mailed to set a password are good for nothing any more. The caller's session goes on with its refresh
 * token; its access token is outdated like all others, because somebody may have a copy.
 * @throws AuthError `wrong_password`, `password_too_common`, `password_is_email`, `rate_limited`, `token_outdated`.
 */
export async function changePassword(
  auth: AuthContext,
  change: {
    userId: string;
    sessionId: string;
    currentPassword: string;
    newPassword: string;
    client: ClientFacts;
  },
): Promise<void> {
  const { database, models, clock } = auth;
  const { userId, sessionId, currentPassword, newPassword, client } = change;
  const known = await confirmPassword(auth, { userId, password: currentPassword, client, at: '/currentPassword' });
  refusePassword(auth, { password: newPassword, email: known.email, at: '/newPassword' });
  const passwordHash = await auth.passwords.hash(newPassword);

  await database.write(async (tx) => {
    // Hashing took its time: the password that was confirmed must still be the present one.
    const user = await models.User.findByPk(userId, { transaction: tx, lock: true });
    if (user?.status !== 'active') throw new AuthError('token_outdated');
    if (user.passwordHash !== known.passwordHash) throw new AuthError('wrong_password', { at: '/currentPassword' });
    const nowMs = clock.nowMs();
    await changeUser(auth, user, { passwordHash }, tx);
    await withdrawMailRequests(models, { userId, purposes: ['password_reset'] }, tx);
    await endSessions(auth, { userId, exceptSessionId: sessionId }, { reason: 'password_changed', nowMs }, tx);
    await announceUserVersion(database, { userId, version: user.version, nowMs }, tx);
    await recordDeed(
      auth,
      { actor: userId, action: 'user.password_changed', target: { type: 'user', id: userId } },
      tx,
    );
  });
}
