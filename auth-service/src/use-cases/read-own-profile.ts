import type { AuthContext } from '../auth-context.ts';
import { readRoles } from '../db/access.ts';
import type { User } from '../db/user-model.ts';
import { AuthError } from '../domain/errors.ts';

/** The account behind an access token. @throws AuthError `token_outdated` when it is gone or disabled by now. */
export async function readOwnProfile(
  { models }: AuthContext,
  userId: string,
): Promise<{ user: User; roles: readonly string[] }> {
  const user = await models.User.findByPk(userId);
  if (user?.status !== 'active') throw new AuthError('token_outdated');
  return { user, roles: await readRoles(models, userId) };
}
