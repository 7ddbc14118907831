import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { announceUserVersion, endSessions } from '../db/access-changes.ts';
import { withdrawMailRequests } from '../db/mail-requests.ts';
import type { User } from '../db/user-model.ts';
import { changeAccess, findTarget } from './change-access.ts';
import { recordDeed } from './record-deed.ts';

/** An account to be deleted, and who wants it. */
type Deletion = { readonly actorId: string; readonly userId: string; readonly ifVersion?: number | undefined };

/**
 * Deletes a user on behalf of staff.
 * @throws AuthError `user_not_found`, `permission_missing`, `last_admin` or `stale`.
 */
export function deleteUser(auth: AuthContext, order: Deletion): Promise<void> {
  return remove(auth, order, { permission: 'users:write' });
}

/** Deletes the caller's own account. @throws AuthError `last_admin`; `token_outdated` when it is gone already. */
export function deleteOwnAccount(auth: AuthContext, userId: string): Promise<void> {
  return remove(auth, { actorId: userId, userId });
}

async function remove(
  auth: AuthContext,
  { actorId, userId, ifVersion }: Deletion,
  needed: { readonly permission?: string } = {},
): Promise<void> {
  await changeAccess(auth, { actorId, ...needed }, async (actor, tx) => {
    const { user, roles } = await findTarget(auth, { actor, userId, ifVersion }, tx);
    const { email } = user;
    const before = { status: user.status, roles };
    await forgetUser(auth, user, tx);
    const target = { type: 'user', id: userId };
    await recordDeed(auth, { actor: actorId, action: 'user.deleted', target, before }, tx);
    // Behind the entry of the deletion itself, which may be the user's own.
    await auth.audit.erase({ userId, email }, tx);
  });
}

/**
 * Takes out of an account everything that tells whose it was, and tells the other services, which follow. The row stays
 * with its id, because records here and elsewhere name it; nobody can sign in to it.
 */
async function forgetUser(auth: AuthContext, user: User, tx: Transaction): Promise<void> {
  const { database, models, passwordTries, clock } = auth;
  const nowMs = clock.nowMs();
  const { id: userId, email } = user;
  await withdrawMailRequests(models, { userId, purposes: ['password_reset', 'email_verification'] }, tx);
  await models.ForgottenPassword.destroy({ where: { email }, transaction: tx });
  await passwordTries.forgetAddressesOf(userId, tx);
  await models.UserRole.destroy({ where: { userId }, transaction: tx });
  const anonymous = {
    // The domain can't exist (RFC 2606), and the id makes it unique.
    email: `${userId}@deleted.invalid`,
    name: 'Deleted account',
    passwordHash: '',
    status: 'disabled',
    emailVerifiedAtMs: null,
    version: user.version + 1,
    updatedAtMs: nowMs,
    deletedAtMs: nowMs,
  } as const;
  await user.update(anonymous, { transaction: tx });
  const { version } = user;
  await appendEvents(database, [{ type: 'user.deleted', subject: userId, data: { id: userId, version } }], tx);
  await endSessions(auth, { userId }, { reason: 'user_deleted', nowMs }, tx);
  await models.Session.update({ userAgent: null, address: null }, { where: { userId }, transaction: tx });
  await announceUserVersion(database, { userId, version, nowMs }, tx);
}
