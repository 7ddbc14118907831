import type { AuthContext } from '../auth-context.ts';
import type { User } from '../db/user-model.ts';
import { AuthError } from '../domain/errors.ts';
import type { ClientFacts } from './start-session.ts';
import { tryPassword } from './try-password.ts';

/**
 * Has somebody who is signed in prove that they know the password, before something that a stolen access token must not
 * do. Wrong ones count like those of sign-ins.
 * @param given.at the pointer of the field that the password came in.
 * @throws AuthError `wrong_password`, `token_outdated` when the account is gone; as `tryPassword`.
 */
export async function confirmPassword(
  auth: AuthContext,
  { userId, password, client, at }: { userId: string; password: string; client: ClientFacts; at: string },
): Promise<User> {
  const user = await auth.models.User.findByPk(userId);
  if (user?.status !== 'active') throw new AuthError('token_outdated');
  const isRight = await tryPassword(auth, {
    email: user.email,
    user,
    password,
    client,
    occasion: 'confirmation',
  });
  if (!isRight) throw new AuthError('wrong_password', { at });
  return user;
}
