import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../domain/errors.ts';
import { requestEmailVerification } from './request-mail.ts';

/** Sends the mail that confirms the caller's address again, unless it is confirmed. @throws AuthError `token_outdated`. */
export async function resendVerification(auth: AuthContext, userId: string): Promise<void> {
  await auth.database.write(async (tx) => {
    const user = await auth.models.User.findByPk(userId, { transaction: tx, lock: true });
    if (user?.status !== 'active') throw new AuthError('token_outdated');
    if (user.emailVerifiedAtMs === null) await requestEmailVerification(auth, { user, occasion: 'on_request' }, tx);
  });
}
