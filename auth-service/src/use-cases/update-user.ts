import type { UserChange } from '@jetbridge/contracts/identity/staff-routes.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { announceUserVersion, endSessions } from '../db/access-changes.ts';
import type { User } from '../db/user-model.ts';
import { changeAccess, findTarget } from './change-access.ts';
import { changeUser } from './change-user.ts';
import { recordDeed } from './record-deed.ts';

/** A user as they are after a change, with their roles. */
export type ChangedUser = { readonly user: User; readonly roles: readonly string[] };

/**
 * Changes name, address or status of a user on behalf of staff. Who is disabled is signed out everywhere.
 * @param order.ifVersion the version the change was made for; undefined takes whatever is there.
 * @throws AuthError `user_not_found`, `permission_missing`, `last_admin`, `email_taken` or `stale`.
 */
export async function updateUser(
  auth: AuthContext,
  order: { actorId: string; userId: string; change: UserChange; ifVersion: number | undefined },
): Promise<ChangedUser> {
  return changeAccess(auth, { actorId: order.actorId, permission: 'users:write' }, async (actor, tx) => {
    const { user, roles } = await findTarget(auth, { ...order, actor }, tx);
    const before = { status: user.status };
    const changed = await changeUser(auth, user, order.change, tx);
    if (changed.length === 0) return { user, roles };
    if (changed.includes('status')) await changeStatus(auth, user, tx);
    const deed = { actor: actor.id, action: 'user.changed', target: { type: 'user', id: user.id } } as const;
    // Names and addresses themselves stay out of the log, so that they can be forgotten.
    await recordDeed(auth, { ...deed, before, after: { status: user.status, changed } }, tx);
    return { user, roles };
  });
}

async function changeStatus(auth: AuthContext, user: User, tx: Transaction): Promise<void> {
  const nowMs = auth.clock.nowMs();
  if (user.status === 'disabled') {
    await endSessions(auth, { userId: user.id }, { reason: 'user_disabled', nowMs }, tx);
  }
  await announceUserVersion(auth.database, { userId: user.id, version: user.version, nowMs }, tx);
}
