import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { readPermissionsOf } from '../db/access.ts';
import { announceUserVersion } from '../db/access-changes.ts';
import { AuthError } from '../domain/errors.ts';
import { type Actor, assertHolds, changeAccess, findTarget } from './change-access.ts';
import { userUpdated } from './change-user.ts';
import { recordDeed } from './record-deed.ts';
import type { ChangedUser } from './update-user.ts';

/**
 * Gives a user these roles and no others. Tokens they have are outdated within seconds; refreshing gives new ones.
 * @throws AuthError `user_not_found`, `unknown_role`, `permission_missing`, `last_admin` or `stale`.
 */
export async function replaceUserRoles(
  auth: AuthContext,
  order: { actorId: string; userId: string; roles: readonly string[]; ifVersion: number | undefined },
): Promise<ChangedUser> {
  const { database, models, clock } = auth;
  const wanted = order.roles.toSorted();
  return changeAccess(auth, { actorId: order.actorId, permission: 'users:write' }, async (actor, tx) => {
    const { user, roles: had } = await findTarget(auth, { ...order, actor }, tx);
    await assertMayGrant(auth, actor, order.roles, tx);
    if (wanted.join() === had.join()) return { user, roles: had };
    const rows = wanted.map((roleName) => ({ userId: user.id, roleName }));
    await models.UserRole.destroy({ where: { userId: user.id }, transaction: tx });
    await models.UserRole.bulkCreate(rows, { transaction: tx });
    const nowMs = clock.nowMs();
    await user.update({ version: user.version + 1, updatedAtMs: nowMs }, { transaction: tx });
    await appendEvents(database, [userUpdated(user)], tx);
    await announceUserVersion(database, { userId: user.id, version: user.version, nowMs }, tx);
    const deed = { actor: actor.id, action: 'user.roles_changed', target: { type: 'user', id: user.id } } as const;
    await recordDeed(auth, { ...deed, before: { roles: had }, after: { roles: wanted } }, tx);
    return { user, roles: wanted };
  });
}

/** @throws AuthError `unknown_role` with a pointer to it, or `permission_missing`. */
async function assertMayGrant(
  { models }: AuthContext,
  actor: Actor,
  roles: readonly string[],
  tx: Transaction,
): Promise<void> {
  const known = await readPermissionsOf(models, roles, tx);
  const unknown = roles.findIndex((name) => !known.has(name));
  if (unknown !== -1) throw new AuthError('unknown_role', { at: `/roles/${unknown}` });
  assertHolds(actor, [...known.values()].flat());
}
