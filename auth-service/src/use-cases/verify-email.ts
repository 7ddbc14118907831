import type { AuthContext } from '../auth-context.ts';
import { hashOfMailToken } from '../credentials/mail-tokens.ts';
import { findByTokenHash, withdrawMailRequests } from '../db/mail-requests.ts';
import { AuthError } from '../domain/errors.ts';
import { changeUser } from './change-user.ts';
import { recordDeed } from './record-deed.ts';

/**
 * Takes an address for confirmed when somebody has the token that was mailed there. The tokens of an address that was
 * left since are gone with it.
 * @throws AuthError `mail_token_invalid`.
 */
export async function verifyEmail(auth: AuthContext, token: string): Promise<void> {
  const { database, models, clock } = auth;
  await database.write(async (tx) => {
    const nowMs = clock.nowMs();
    const asked = { tokenHash: hashOfMailToken(token), purpose: 'email_verification', nowMs } as const;
    const request = await findByTokenHash(models, asked, tx);
    const user = request && (await models.User.findByPk(request.userId, { transaction: tx, lock: true }));
    if (user?.status !== 'active') throw new AuthError('mail_token_invalid', { at: '/token' });
    await withdrawMailRequests(models, { userId: user.id, purposes: ['email_verification'] }, tx);
    if (user.emailVerifiedAtMs !== null) return;
    await changeUser(auth, user, { emailVerifiedAtMs: nowMs }, tx);
    const target = { type: 'user', id: user.id };
    await recordDeed(auth, { actor: user.id, action: 'user.email_verified', target }, tx);
  });
}
