import { newId } from '@jetbridge/service-kit/ids.ts';
import type { AuthContext } from '../auth-context.ts';
import { requestPasswordReset } from './request-mail.ts';

/** The most forgotten passwords that one run looks up. */
const perRun = 100;

/** How long to rest when nobody forgot anything. */
export const forgottenIdleMs = 500;

/**
 * Notes that somebody has forgotten the password of an address. Whether there is such an account is not looked up before
 * the answer has gone out: neither it nor the time it takes can tell.
 */
export async function forgetPassword(
  { database, models, clock }: AuthContext,
  { email, requestId }: { email: string; requestId: string },
): Promise<void> {
  const askedAtMs = clock.nowMs();
  await database.write((tx) =>
    models.ForgottenPassword.create({ id: newId('fgt', askedAtMs), email, requestId, askedAtMs }, { transaction: tx }),
  );
}

/**
 * Has mails sent for what was noted, where there is an account that is not disabled.
 * @returns how many notes it dealt with; several processes may do this at once.
 */
export async function answerForgotten(auth: AuthContext): Promise<number> {
  const { database, models } = auth;
  // A look without a transaction first: nearly always there is nothing to do.
  const waiting = await models.ForgottenPassword.findAll({ order: ['id'], limit: perRun });
  for (const { id } of waiting) {
    await database.write(async (tx) => {
      const note = await models.ForgottenPassword.findByPk(id, { transaction: tx, lock: true });
      if (!note) return;
      const user = await models.User.findOne({ where: { email: note.email }, transaction: tx });
      await note.destroy({ transaction: tx });
      if (user?.status === 'active') await requestPasswordReset(auth, { user, requestId: note.requestId }, tx);
    });
  }
  return waiting.length;
}
