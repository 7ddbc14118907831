import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { Models } from './models.ts';

/** What a user may do. Roles and permissions are sorted by name. */
export type Access = {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly rolesVersion: number;
};

/** What a user may do at the moment, by the roles they have. */
export async function readAccess(models: Models, userId: string, tx: Transaction): Promise<Access> {
  // The version comes first: a role that changes meanwhile leaves us with too old a number, which is found out and
  // repaired within seconds, and never with a new number on old permissions.
  const rolesVersion = await readRolesVersion(models, tx);
  const roles = await readRoles(models, userId, tx);
  const rows = await models.RolePermission.findAll({ where: { roleName: [...roles] }, transaction: tx });
  const permissions = [...new Set(rows.map(({ permission }) => permission))].toSorted();
  return { roles, permissions, rolesVersion };
}

/** The names of a user's roles, sorted. */
export async function readRoles(models: Models, userId: string, tx?: Transaction): Promise<readonly string[]> {
  const rows = await models.UserRole.findAll({ where: { userId }, transaction: tx ?? null });
  return rows.map(({ roleName }) => roleName).toSorted();
}

/** The version that all roles share. @param options.lock keeps others from changing roles until the transaction ends. */
export async function readRolesVersion(
  models: Models,
  tx?: Transaction,
  options: { lock: boolean } = { lock: false },
): Promise<number> {
  const row = await models.RolesVersion.findByPk(1, { transaction: tx ?? null, lock: options.lock });
  if (!row) throw new Error('The table roles_version has lost its row; insert (1, 1) to repair it.');
  return row.version;
}

/** The roles of many users, by user id. */
export async function readRolesOf(
  models: Models,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await models.UserRole.findAll({ where: { userId: [...userIds] }, order: ['roleName'] });
  const byUser = Map.groupBy(rows, ({ userId }) => userId);
  return new Map(userIds.map((id) => [id, (byUser.get(id) ?? []).map(({ roleName }) => roleName)]));
}

/** What roles allow, by name; unknown names are left out. */
export async function readPermissionsOf(
  models: Models,
  roleNames: readonly string[],
  tx?: Transaction,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const transaction = tx ?? null;
  const roles = await models.Role.findAll({ attributes: ['name'], where: { name: [...roleNames] }, transaction });
  const rows = await models.RolePermission.findAll({ where: { roleName: [...roleNames] }, transaction });
  const byRole = Map.groupBy(rows, ({ roleName }) => roleName);
  return new Map(
    roles.map(({ name }) => [name, (byRole.get(name) ?? []).map(({ permission }) => permission).toSorted()]),
  );
}

/** Whether anybody is left who may do everything. To be asked under the lock of `readRolesVersion`. */
export async function hasActiveAdmin({ sequelize }: Database, tx: Transaction): Promise<boolean> {
  const rows = await sequelize.query(
    `SELECT 1 FROM user_roles JOIN users ON users.id = user_roles.user_id
     WHERE user_roles.role_name = 'admin' AND users.status = 'active' LIMIT 1`,
    { type: QueryTypes.SELECT, transaction: tx },
  );
  return rows.length > 0;
}
