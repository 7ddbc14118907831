import type { NewRole, RoleChange } from '@jetbridge/contracts/identity/staff-routes.ts';
import { type Transaction, UniqueConstraintError } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { readPermissionsOf, readRolesVersion } from '../db/access.ts';
import type { Role } from '../db/role-models.ts';
import { AuthError } from '../domain/errors.ts';
import { isBuiltIn, isFixed } from '../domain/roles.ts';
import { type Actor, assertHolds, changeAccess } from './change-access.ts';
import { recordDeed } from './record-deed.ts';

/** A role with what it allows, by name. */
export type RoleWithPermissions = { readonly role: Role; readonly permissions: readonly string[] };

const permission = 'roles:write';

/** Makes a role. @throws AuthError `permission_missing` or `role_exists`. */
export async function createRole(
  auth: AuthContext,
  { actorId, role: { name, description, permissions } }: { actorId: string; role: NewRole },
): Promise<RoleWithPermissions> {
  const { models, clock } = auth;
  return changeAccess(auth, { actorId, permission }, async (actor, tx) => {
    assertHolds(actor, permissions);
    const nowMs = clock.nowMs();
    const row = { name, description, version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
    const role = await models.Role.create(row, { transaction: tx }).catch((error: unknown) => {
      throw error instanceof UniqueConstraintError ? new AuthError('role_exists') : error;
    });
    await storePermissions(auth, name, permissions, tx);
    await record(auth, actor, { action: 'role.created', name, after: { description, permissions } }, tx);
    return { role, permissions: permissions.toSorted() };
  });
}

/**
 * Changes what a role says or allows. Another set of permissions outdates all access tokens, which know of roles only by
 * one common version.
 * @throws AuthError `role_not_found`, `built_in_role`, `permission_missing` or `stale`.
 */
export async function updateRole(
  auth: AuthContext,
  order: { actorId: string; name: string; change: RoleChange; ifVersion: number | undefined },
): Promise<RoleWithPermissions> {
  const { models, clock } = auth;
  return changeAccess(auth, { actorId: order.actorId, permission }, async (actor, tx) => {
    const { role, permissions: had } = await findRole(auth, { ...order, actor }, tx);
    if (isFixed(role.name)) throw new AuthError('built_in_role');
    const { description = role.description, permissions = had } = order.change;
    const wanted = permissions.toSorted();
    assertHolds(actor, wanted);
    const allowsOther = wanted.join() !== had.join();
    if (!allowsOther && description === role.description) return { role, permissions: had };
    const before = { description: role.description, permissions: had };
    const nowMs = clock.nowMs();
    const custom = isBuiltIn(role.name) ? { customisedAtMs: nowMs } : {};
    await role.update({ description, ...custom, version: role.version + 1, updatedAtMs: nowMs }, { transaction: tx });
    if (allowsOther) {
      await storePermissions(auth, role.name, wanted, tx);
      const version = (await readRolesVersion(models, tx)) + 1;
      await models.RolesVersion.update({ version }, { where: { id: 1 }, transaction: tx });
    }
    const after = { description, permissions: wanted };
    await record(auth, actor, { action: 'role.changed', name: role.name, before, after }, tx);
    return { role, permissions: wanted };
  });
}

/**
 * Deletes a role that nobody has.
 * @throws AuthError `role_not_found`, `built_in_role`, `permission_missing`, `role_in_use` or `stale`.
 */
export async function deleteRole(
  auth: AuthContext,
  order: { actorId: string; name: string; ifVersion: number | undefined },
): Promise<void> {
  const { models } = auth;
  await changeAccess(auth, { actorId: order.actorId, permission }, async (actor, tx) => {
    const { role, permissions } = await findRole(auth, { ...order, actor }, tx);
    if (isBuiltIn(role.name)) throw new AuthError('built_in_role');
    const holders = await models.UserRole.count({ where: { roleName: role.name }, transaction: tx });
    if (holders > 0) throw new AuthError('role_in_use');
    await storePermissions(auth, role.name, [], tx);
    await role.destroy({ transaction: tx });
    const before = { description: role.description, permissions };
    await record(auth, actor, { action: 'role.deleted', name: role.name, before }, tx);
  });
}

async function findRole(
  { models }: AuthContext,
  { actor, name, ifVersion }: { actor: Actor; name: string; ifVersion: number | undefined },
  tx: Transaction,
): Promise<RoleWithPermissions> {
  const role = await models.Role.findByPk(name, { transaction: tx });
  if (!role) throw new AuthError('role_not_found');
  const permissions = (await readPermissionsOf(models, [name], tx)).get(name) ?? [];
  assertHolds(actor, permissions);
  if (ifVersion !== undefined && ifVersion !== role.version) throw new AuthError('stale');
  return { role, permissions };
}

async function storePermissions(
  { models }: AuthContext,
  roleName: string,
  permissions: readonly string[],
  tx: Transaction,
): Promise<void> {
  await models.RolePermission.destroy({ where: { roleName }, transaction: tx });
  const rows = permissions.map((one) => ({ roleName, permission: one }));
  await models.RolePermission.bulkCreate(rows, { transaction: tx });
}

async function record(
  auth: AuthContext,
  actor: Actor,
  { name, ...deed }: { action: `role.${string}`; name: string; before?: object; after?: object },
  tx: Transaction,
): Promise<void> {
  await recordDeed(auth, { ...deed, actor: actor.id, target: { type: 'role', id: name } }, tx);
}
