import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { withdrawMailRequests } from '../db/mail-requests.ts';
import { endSessions } from '../db/sessions.ts';
import { isOtherAdmin } from '../db/users.ts';
import { AuthError } from '../domain/errors.ts';

type Parts = Pick<AuthContext, 'database' | 'models' | 'passwordTries' | 'clock'>;

/**
 * Deletes an account: takes everything out of an account that tells whose it was, and tells the other services, which follow. The row stays
 * with its id, because sessions, records and other services name it; nobody can sign in to it.
 * @throws AuthError `last_admin`, `token_outdated` when it is gone already.
 */
export async function deleteAccount(parts: Parts, userId: string): Promise<void> {
  await parts.database.write((tx) => anonymise(parts, userId, tx));
}

async function anonymise(parts: Parts, userId: string, tx: Transaction): Promise<void> {
  const { database, models, passwordTries, clock } = parts;
  const nowMs = clock.nowMs();
  const roles = await models.UserRole.findAll({ where: { userId }, transaction: tx });
  const isAdmin = roles.some(({ roleName }) => roleName === 'admin');
  // Locks the administrators before the account, so that two of them who leave at once are seen one after the other.
  if (isAdmin && !(await isOtherAdmin(models, userId, tx))) throw new AuthError('last_admin');
  const user = await models.User.findByPk(userId, { transaction: tx, lock: true });
  if (user?.status !== 'active') throw new AuthError('token_outdated');

  await endSessions(models, { userId }, { reason: 'user_deleted', nowMs }, tx);
  await models.Session.update({ userAgent: null, address: null }, { where: { userId }, transaction: tx });
  await withdrawMailRequests(models, { userId, purposes: ['password_reset', 'email_verification'] }, tx);
  await models.ForgottenPassword.destroy({ where: { email: user.email }, transaction: tx });
  await passwordTries.forgetAddressesOf(userId, tx);
  await models.UserRole.destroy({ where: { userId }, transaction: tx });
  const anonymous = {
    // The domain can't exist (RFC 2606), and the id makes it unique.
    email: `${user.id}@deleted.invalid`,
    name: 'Deleted account',
    passwordHash: '',
    status: 'disabled',
    emailVerifiedAtMs: null,
    version: user.version + 1,
    updatedAtMs: nowMs,
    deletedAtMs: nowMs,
  } as const;
  await user.update(anonymous, { transaction: tx });
  await appendEvents(
    database,
    [{ type: 'user.deleted', subject: userId, data: { id: userId, version: user.version } }],
    tx,
  );
}
