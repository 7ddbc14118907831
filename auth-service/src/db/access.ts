import type { Transaction } from 'sequelize';
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
