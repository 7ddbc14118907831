import type { AuthContext } from '../auth-context.ts';
import { hashOfMailToken } from '../credentials/mail-tokens.ts';
import type { MailPurpose } from '../db/mail-request-models.ts';
import { AuthError } from '../domain/errors.ts';

/** How long a token is good for, from when its mail is sent. */
const tokenLifetimeMs = 30 * 60_000;

/** How long a mail may wait for being sent: longer than anybody would wait for it. */
export const mailRequestLifetimeMs = 24 * 3_600_000;

/**
 * The token for a mail that is sent now. Only its hash is kept, until it is used; a mail that is sent again gets the same
 * token, good for another 30 minutes.
 * @throws AuthError `mail_request_not_found` when nobody waits for the mail any more: it was asked for too long ago, its
 * token was used, or the account has changed.
 */
export async function makeMailToken(
  { database, models, mailTokens, clock }: AuthContext,
  { id, purpose }: { id: string; purpose: MailPurpose },
): Promise<{ token: string; email: string; name: string }> {
  return database.write(async (tx) => {
    const nowMs = clock.nowMs();
    const request = await models.MailRequest.findOne({ where: { id, purpose }, transaction: tx, lock: true });
    const user = request && (await models.User.findByPk(request.userId, { transaction: tx }));
    const isWaitedFor = request && nowMs - request.askedAtMs <= mailRequestLifetimeMs;
    if (!isWaitedFor || user?.status !== 'active') throw new AuthError('mail_request_not_found');
    const token = mailTokens.tokenOf(id);
    const tokenExpiresAtMs = nowMs + tokenLifetimeMs;
    await request.update({ tokenHash: hashOfMailToken(token), tokenExpiresAtMs }, { transaction: tx });
    return { token, email: user.email, name: user.name };
  });
}
