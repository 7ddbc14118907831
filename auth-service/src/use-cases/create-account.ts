import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import type { User } from '../db/user-model.ts';
import { insertUser } from '../db/users.ts';
import { AuthError } from '../domain/errors.ts';

/** An account to be made. The e-mail address is checked and lower-cased, the role exists. */
export type NewAccount = {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly role: string;
};

/** Makes an account and tells of it, in the caller's transaction. @throws AuthError `email_taken`. */
export async function createAccount(
  { database, models, clock }: Pick<AuthContext, 'database' | 'models' | 'clock'>,
  { role, ...account }: NewAccount,
  tx: Transaction,
): Promise<User> {
  const nowMs = clock.nowMs();
  const user = await insertUser(
    models,
    {
      id: newId('usr', nowMs),
      ...account,
      status: 'active',
      emailVerifiedAtMs: null,
      version: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    tx,
  );
  if (!user) throw new AuthError('email_taken');
  await models.UserRole.create({ userId: user.id, roleName: role }, { transaction: tx });
  const { id, email, name, version } = user;
  await appendEvents(database, [{ type: 'user.registered', subject: id, data: { id, email, name, version } }], tx);
  return user;
}
