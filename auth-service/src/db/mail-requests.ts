import { Op, type Transaction } from 'sequelize';
import type { MailPurpose } from './mail-request-models.ts';
import type { Models } from './models.ts';

/** How many mails of a kind a user asked for since a moment (Unix milliseconds). */
export async function countMailRequests(
  { MailRequest }: Models,
  asked: { userId: string; purpose: MailPurpose; sinceMs: number },
  tx: Transaction,
): Promise<number> {
  const { userId, purpose, sinceMs } = asked;
  return MailRequest.count({ where: { userId, purpose, askedAtMs: { [Op.gte]: sinceMs } }, transaction: tx });
}

/** What a token was made for, its row locked; nothing when it is unknown or its time is over. */
export async function findByTokenHash(
  { MailRequest }: Models,
  asked: { tokenHash: string; purpose: MailPurpose; nowMs: number },
  tx?: Transaction,
) {
  const { tokenHash, purpose, nowMs } = asked;
  const where = { tokenHash, purpose, tokenExpiresAtMs: { [Op.gt]: nowMs } };
  return MailRequest.findOne({ where, ...(tx ? { transaction: tx, lock: true } : {}) });
}

/** Takes back all mails of some kinds that a user waits for, and the tokens that went out in them. */
export async function withdrawMailRequests(
  { MailRequest }: Models,
  { userId, purposes }: { userId: string; purposes: readonly MailPurpose[] },
  tx: Transaction,
): Promise<void> {
  await MailRequest.destroy({ where: { userId, purpose: [...purposes] }, transaction: tx });
}

/** Deletes at most `limit` requests from before a moment; returns how many. */
export async function deleteOldMailRequests(
  { MailRequest }: Models,
  { beforeMs, limit }: { beforeMs: number; limit: number },
  tx: Transaction,
): Promise<number> {
  const rows = await MailRequest.findAll({
    attributes: ['id'],
    where: { askedAtMs: { [Op.lt]: beforeMs } },
    order: ['id'],
    limit,
    transaction: tx,
  });
  if (rows.length === 0) return 0;
  return MailRequest.destroy({ where: { id: rows.map(({ id }) => id) }, transaction: tx });
}
