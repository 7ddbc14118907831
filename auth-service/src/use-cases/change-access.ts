import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { hasActiveAdmin, readAccess, readRolesVersion } from '../db/access.ts';
import type { User } from '../db/user-model.ts';
import { lackedPermission } from '../domain/authority.ts';
import { AuthError } from '../domain/errors.ts';

/** Somebody who changes what others may do, as the database knows them: their token may be seconds behind. */
export type Actor = { readonly id: string; readonly permissions: readonly string[] };

/**
 * Runs a change of who may do what. Such changes take turns, in all processes, so that none is decided by what another one
 * is about to change; an admin who was there before is there afterwards.
 * @param order.permission that the actor has to hold now; absent for what people do with their own accounts.
 * @throws AuthError `token_outdated`, `permission_missing` or `last_admin`; and what `change` throws.
 */
export async function changeAccess<T>(
  auth: AuthContext,
  order: { readonly actorId: string; readonly permission?: string },
  change: (actor: Actor, tx: Transaction) => Promise<T>,
): Promise<T> {
  const { database, models } = auth;
  return database.write(async (tx) => {
    await readRolesVersion(models, tx, { lock: true });
    const actor = await models.User.findByPk(order.actorId, { transaction: tx });
    if (actor?.status !== 'active') throw new AuthError('token_outdated');
    const { permissions } = await readAccess(models, actor.id, tx);
    if (order.permission !== undefined) assertHolds({ id: actor.id, permissions }, [order.permission]);
    const hadAdmin = await hasActiveAdmin(database, tx);
    const outcome = await change({ id: actor.id, permissions }, tx);
    if (hadAdmin && !(await hasActiveAdmin(database, tx))) throw new AuthError('last_admin');
    return outcome;
  });
}

/** @throws AuthError `permission_missing` when this concerns a permission that the actor does not hold. */
export function assertHolds(actor: Actor, concerned: readonly string[]): void {
  const lacked = lackedPermission(actor.permissions, concerned);
  if (lacked !== undefined) throw new AuthError('permission_missing', { permission: lacked });
}

/**
 * The user whom a change is about, with their roles, locked.
 * @throws AuthError `user_not_found`; `permission_missing` for one who holds what the actor lacks; `stale`.
 */
export async function findTarget(
  { models }: AuthContext,
  { actor, userId, ifVersion }: { actor: Actor; userId: string; ifVersion: number | undefined },
  tx: Transaction,
): Promise<{ user: User; roles: readonly string[] }> {
  const user = await models.User.findByPk(userId, { transaction: tx, lock: true });
  if (!user || user.deletedAtMs !== null) throw new AuthError('user_not_found');
  const { roles, permissions } = await readAccess(models, user.id, tx);
  assertHolds(actor, permissions);
  if (ifVersion !== undefined && ifVersion !== user.version) throw new AuthError('stale');
  return { user, roles };
}
