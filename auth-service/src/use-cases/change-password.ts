import type { AuthContext } from '../auth-context.ts';
import { withdrawMailRequests } from '../db/mail-requests.ts';
import { endSessions } from '../db/sessions.ts';
import { AuthError } from '../domain/errors.ts';
import { changeUser } from './change-user.ts';
import { confirmPassword } from './confirm-password.ts';
import { refusePassword } from './refuse-password.ts';
import type { ClientFacts } from './start-session.ts';

/**
 * Sets another password for the caller's account, who must know the present one. All sessions but the caller's end, and
 * links that were mailed to set a password are good for nothing any more.
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
    await changeUser(auth, user, { passwordHash }, tx);
    await withdrawMailRequests(models, { userId, purposes: ['password_reset'] }, tx);
    await endSessions(models, { userId, butNot: sessionId }, { reason: 'password_changed', nowMs: clock.nowMs() }, tx);
  });
}
