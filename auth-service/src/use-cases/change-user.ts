import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import type { User } from '../db/user-model.ts';

/** What of an account can become another. */
export type UserChanges = Partial<Pick<User, 'name' | 'email' | 'passwordHash' | 'emailVerifiedAtMs'>>;

/**
 * Changes an account whose row is locked, and tells of it. Its version rises, which outdates the access tokens that were
 * made before.
 */
export async function changeUser(
  { database, clock }: Pick<AuthContext, 'database' | 'clock'>,
  user: User,
  changes: UserChanges,
  tx: Transaction,
): Promise<void> {
  await user.update({ ...changes, version: user.version + 1, updatedAtMs: clock.nowMs() }, { transaction: tx });
  const { id, email, name, version } = user;
  await appendEvents(database, [{ type: 'user.updated', subject: id, data: { id, email, name, version } }], tx);
}
