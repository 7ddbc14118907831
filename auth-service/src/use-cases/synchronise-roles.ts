import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { readRolesVersion } from '../db/access.ts';
import type { Models } from '../db/models.ts';

/** Roles as the code has them, by name. */
export type BuiltInRoles = Readonly<Record<string, { description: string; permissions: readonly string[] }>>;

/**
 * Brings the built-in roles in the database to what the code says, at start; those that people have changed stay. When one of them allows something else than
 * before, the version of all roles rises, so that tokens made before are renewed.
 */
export async function synchroniseRoles(
  { database, models, clock }: Pick<AuthContext, 'database' | 'models' | 'clock'>,
  builtInRoles: BuiltInRoles,
): Promise<void> {
  await database.write(async (tx) => {
    // Processes that start together take turns here; who comes later finds nothing to change.
    const version = await readRolesVersion(models, tx, { lock: true });
    let changed = false;
    for (const [name, { description, permissions }] of Object.entries(builtInRoles)) {
      const isCustom = await synchroniseRole(models, { name, description, nowMs: clock.nowMs() }, tx);
      if (!isCustom && (await synchronisePermissions(models, name, permissions, tx))) changed = true;
    }
    if (changed) await models.RolesVersion.update({ version: version + 1 }, { where: { id: 1 }, transaction: tx });
  });
}

/** Whether people have made the role their own. */
async function synchroniseRole(
  { Role }: Models,
  { name, description, nowMs }: { name: string; description: string; nowMs: number },
  tx: Transaction,
): Promise<boolean> {
  const role = await Role.findByPk(name, { transaction: tx });
  if (role && role.customisedAtMs !== null) return true;
  if (!role) {
    const row = { name, description, version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
    await Role.create(row, { transaction: tx });
  } else if (role.description !== description) {
    await role.update({ description, version: role.version + 1, updatedAtMs: nowMs }, { transaction: tx });
  }
  return false;
}

/** Whether anything had to be changed. */
async function synchronisePermissions(
  { RolePermission }: Models,
  roleName: string,
  permissions: readonly string[],
  tx: Transaction,
): Promise<boolean> {
  const rows = await RolePermission.findAll({ where: { roleName }, transaction: tx });
  const stored = new Set(rows.map(({ permission }) => permission));
  const missing = permissions.filter((permission) => !stored.has(permission));
  const surplus = [...stored].filter((permission) => !permissions.includes(permission));
  await RolePermission.bulkCreate(
    missing.map((permission) => ({ roleName, permission })),
    { transaction: tx },
  );
  if (surplus.length > 0) await RolePermission.destroy({ where: { roleName, permission: surplus }, transaction: tx });
  return missing.length > 0 || surplus.length > 0;
}
