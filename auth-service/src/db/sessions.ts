import { Op, type Transaction } from 'sequelize';
import type { Models } from './models.ts';
import type { Session } from './session-models.ts';

/** Sessions of a user that go on, the newest first, those with an id below `after` only. */
export async function listSessions(
  { Session }: Models,
  asked: { userId: string; nowMs: number; after?: string | undefined; limit?: number },
): Promise<Session[]> {
  const { userId, nowMs, after, limit } = asked;
  return Session.findAll({
    where: {
      userId,
      endedAtMs: null,
      expiresAtMs: { [Op.gt]: nowMs },
      ...(after === undefined ? {} : { id: { [Op.lt]: after } }),
    },
    order: [['id', 'DESC']],
    ...(limit === undefined ? {} : { limit }),
  });
}

/**
 * Deletes sessions that ended or expired before an instant (Unix milliseconds), with their refresh tokens.
 * @returns how many it deleted, at most `limit`.
 */
export async function deleteSessionsOver(
  { Session, RefreshToken }: Models,
  { beforeMs, limit }: { beforeMs: number; limit: number },
  tx: Transaction,
): Promise<number> {
  const over = await Session.findAll({
    attributes: ['id'],
    where: { [Op.or]: [{ endedAtMs: { [Op.lt]: beforeMs } }, { expiresAtMs: { [Op.lt]: beforeMs } }] },
    order: ['id'],
    limit,
    lock: true,
    transaction: tx,
  });
  const ids = over.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await RefreshToken.destroy({ where: { sessionId: ids }, transaction: tx });
  return Session.destroy({ where: { id: ids }, transaction: tx });
}
