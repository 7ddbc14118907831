import {
  type CreationAttributes,
  literal,
  Op,
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

/** Which users to list; all conditions have to hold. */
export type UserFilter = {
  readonly email: string | undefined;
  readonly role: string | undefined;
  readonly status: 'active' | 'disabled' | undefined;
};

/** Users after an id, in the order of their ids, which is that in which they came; none that were deleted. */
export async function listUsers(
  { User }: Models,
  { email, role, status }: UserFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<User[]> {
  const conditions = [
    { deletedAtMs: null },
    ...(email === undefined ? [] : [{ email }]),
    ...(status === undefined ? [] : [{ status }]),
    ...(after === undefined ? [] : [{ id: { [Op.gt]: after } }]),
    ...(role === undefined
      ? []
      : [{ id: { [Op.in]: literal('(SELECT user_id FROM user_roles WHERE role_name = :role)') } }]),
  ];
  return User.findAll({
    where: { [Op.and]: conditions },
    ...(role === undefined ? {} : { replacements: { role } }),
    order: ['id'],
    limit,
  });
}

/** The highest cost of a stored password hash, which stands behind its `$2b$`; 0 when there is none. */
export async function readHighestHashCost(sequelize: Sequelize): Promise<number> {
  const [row] = await sequelize.query<{ cost: string | null }>(
    `SELECT MAX(SUBSTR(password_hash, 5, 2)) AS cost FROM users WHERE password_hash LIKE '$2%'`,
    { type: QueryTypes.SELECT },
  );
  return Number(row?.cost ?? 0);
}
