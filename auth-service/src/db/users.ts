import { type CreationAttributes, type Transaction, UniqueConstraintError } from 'sequelize';
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
