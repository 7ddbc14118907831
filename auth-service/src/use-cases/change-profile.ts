import type { AuthContext } from '../auth-context.ts';
import { readRoles } from '../db/access.ts';
import type { User } from '../db/user-model.ts';
import { AuthError } from '../domain/errors.ts';
import { changeUser } from './change-user.ts';
import { confirmPassword } from './confirm-password.ts';
import { recordDeed } from './record-deed.ts';
import type { ClientFacts } from './start-session.ts';

/** What users may change of their own accounts; what is absent stays. */
export type ProfileChange = {
  readonly userId: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** Needed where the address becomes another: who has that can have the password changed. */
  readonly currentPassword: string | undefined;
  /** The version that the change was made for, where the client said so. */
  readonly version: number | undefined;
  readonly client: ClientFacts;
};

/**
 * Changes name and e-mail address of the caller's account; access tokens stay good.
 * @throws AuthError `email_taken`, `stale`, `token_outdated`; `wrong_password`, `rate_limited` by `confirmPassword`.
 */
export async function changeProfile(
  auth: AuthContext,
  change: ProfileChange,
): Promise<{ user: User; roles: readonly string[] }> {
  const { database, models } = auth;
  const { userId, email, currentPassword, client } = change;
  if (email !== undefined) {
    await confirmPassword(auth, { userId, password: currentPassword ?? '', client, at: '/currentPassword' });
  }
  return database.write(async (tx) => {
    const user = await models.User.findByPk(userId, { transaction: tx, lock: true });
    if (user?.status !== 'active') throw new AuthError('token_outdated');
    if (change.version !== undefined && change.version !== user.version) throw new AuthError('stale');
    const changed = await changeUser(auth, user, { name: change.name, email }, tx);
    const deed = { actor: userId, action: 'user.changed', target: { type: 'user', id: userId } } as const;
    if (changed.length > 0) await recordDeed(auth, { ...deed, after: { changed } }, tx);
    return { user, roles: await readRoles(models, userId, tx) };
  });
}
