import { appendEvents, type EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import { type Transaction, UniqueConstraintError } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { withdrawMailRequests } from '../db/mail-requests.ts';
import type { User } from '../db/user-model.ts';
import { AuthError } from '../domain/errors.ts';
import { requestEmailVerification } from './request-mail.ts';

const changeable = ['name', 'email', 'status', 'passwordHash', 'emailVerifiedAtMs'] as const;

/** What of an account can become another; what is absent stays. */
export type UserChanges = { readonly [Field in (typeof changeable)[number]]?: User[Field] | undefined };

/**
 * Changes an account whose row is locked, and tells of it. Another address is to be confirmed: what was mailed to the one
 * before is good for nothing any more. The version rises, which alone outdates no access token: `announceUserVersion` does.
 * @returns the names of what is another now; nothing happens where none is.
 * @throws AuthError `email_taken`, and then the transaction has to be given up.
 */
export async function changeUser(
  auth: Pick<AuthContext, 'database' | 'models' | 'clock'>,
  user: User,
  changes: UserChanges,
  tx: Transaction,
): Promise<readonly (keyof UserChanges)[]> {
  const { database, models, clock } = auth;
  const changed = changeable.filter((field) => changes[field] !== undefined && changes[field] !== user[field]);
  if (changed.length === 0) return changed;
  const moves = changed.includes('email');
  if (moves) {
    await withdrawMailRequests(models, { userId: user.id, purposes: ['password_reset', 'email_verification'] }, tx);
  }
  const news = Object.fromEntries(changed.map((field) => [field, changes[field]]));
  const unverified = moves ? { emailVerifiedAtMs: null } : {};
  const count = { version: user.version + 1, updatedAtMs: clock.nowMs() };
  try {
    await user.update({ ...news, ...unverified, ...count }, { transaction: tx });
  } catch (error) {
    if (error instanceof UniqueConstraintError) throw new AuthError('email_taken');
    throw error;
  }
  if (moves && user.status === 'active') await requestEmailVerification(auth, { user, occasion: 'on_request' }, tx);
  await appendEvents(database, [userUpdated(user)], tx);
  return changed;
}

/** What others have to know of a user who was changed. */
export function userUpdated({ id, email, name, version }: User): EventDraft {
  return { type: 'user.updated', subject: id, data: { id, email, name, version } };
}
