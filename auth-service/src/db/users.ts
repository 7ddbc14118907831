import {
  type CreationAttributes,
  QueryTypes,
  type Sequelize,
  type Transaction,
  UniqueConstraintError,
} from 'sequelize';
import type { Models } from './models.ts';
import type { User } from './user-model.ts';

/** Stores a new user; nothing when the e-mail address is taken, and then the transaction has to be given up. */
export async function insertUser(
  { User }: Models,
  row: CreationAttributes<User>,
  tx: Transaction,
): Promise<User | undefined> {
  try {
    return await User.create(row, { transaction: tx });
  } catch (error) {
    // Ids are random, so the key that is taken can only be the address.
    if (error instanceof UniqueConstraintError) return undefined;
    throw error;
  }
}

/** Whether somebody else is an administrator and may sign in. Locks all administrators, in the order of their ids. */
export async function isOtherAdmin({ User, UserRole }: Models, userId: string, tx: Transaction): Promise<boolean> {
  const rows = await UserRole.findAll({ where: { roleName: 'admin' }, transaction: tx });
  const admins = await User.findAll({
    where: { id: rows.map((row) => row.userId), status: 'active' },
    order: ['id'],
    lock: true,
    transaction: tx,
  });
  return admins.some(({ id }) => id !== userId);
}

/** The highest cost of a stored password hash, which stands behind its `$2b$`; 0 when there is none. */
export async function readHighestHashCost(sequelize: Sequelize): Promise<number> {
  const [row] = await sequelize.query<{ cost: string | null }>(
    `SELECT MAX(SUBSTR(password_hash, 5, 2)) AS cost FROM users WHERE password_hash LIKE '$2%'`,
    { type: QueryTypes.SELECT },
  );
  return Number(row?.cost ?? 0);
}
