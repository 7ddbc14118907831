import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { announceUserVersion, endSessions } from '../db/access-changes.ts';
import type { User } from '../db/user-model.ts';
import { changeAccess, findTarget } from './change-access.ts';
import { recordDeed } from './record-deed.ts';

/**
 * Deletes a user on behalf of staff.
 * @throws AuthError `user_not_found`, `permission_missing`, `last_admin` or `stale`.
 */
export async function removeUser(
  auth: AuthContext,
  order: { actorId: string; userId: string; ifVersion: number | undefined },
): Promise<void> {
  await changeAccess(auth, { actorId: order.actorId, permission: 'users:write' }, async (actor, tx) => {
    const { user, roles } = await findTarget(auth, { ...order, actor }, tx);
    await forgetUser(auth, user, tx);
    const deed = { actor: actor.id, action: 'user.deleted', target: { type: 'user', id: user.id } } as const;
    await recordDeed(auth, { ...deed, before: { status: user.status, roles } }, tx);
  });
}

/** Takes a user out of this service, who is nobody from now on; others hear of it and do as their books allow. */
async function forgetUser(auth: AuthContext, user: User, tx: Transaction): Promise<void> {
  const { database, models, audit, clock } = auth;
  const nowMs = clock.nowMs();
  const { id: userId, email } = user;
  const version = user.version + 1;
  await endSessions(auth, { userId }, { reason: 'user_deleted', nowMs }, tx);
  const sessions = await models.Session.findAll({ attributes: ['id'], where: { userId }, transaction: tx });
  await models.RefreshToken.destroy({ where: { sessionId: sessions.map(({ id }) => id) }, transaction: tx });
  await models.Session.destroy({ where: { userId }, transaction: tx });
  await models.UserRole.destroy({ where: { userId }, transaction: tx });
  await user.destroy({ transaction: tx });
  await appendEvents(database, [{ type: 'user.deleted', subject: userId, data: { id: userId, version } }], tx);
  await announceUserVersion(database, { userId, version, nowMs }, tx);
  await audit.erase({ userId, email }, tx);
}
