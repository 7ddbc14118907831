import { Op, type Transaction } from 'sequelize';
import type { SessionEndReason } from '../domain/refresh-decision.ts';
import type { Models } from './models.ts';
import type { Session } from './session-models.ts';

/** Which sessions of a user: all, one of them, or all but one. */
export type ChosenSessions = { readonly userId: string; readonly id?: string; readonly butNot?: string };

/** Ends sessions that go on; returns how many. Their refresh tokens are good for nothing from then on. */
export async function endSessions(
  { Session }: Models,
  { userId, id, butNot }: ChosenSessions,
  end: { reason: SessionEndReason; nowMs: number },
  tx: Transaction,
): Promise<number> {
  const [ended] = await Session.update(
    { endedAtMs: end.nowMs, endReason: end.reason },
    {
      where: {
        userId,
        endedAtMs: null,
        expiresAtMs: { [Op.gt]: end.nowMs },
        ...(id === undefined ? {} : { id }),
        ...(butNot === undefined ? {} : { [Op.not]: { id: butNot } }),
      },
      transaction: tx,
    },
  );
  return ended;
}

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
