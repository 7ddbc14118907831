import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../domain/errors.ts';
import { recordDeed } from './record-deed.ts';
import { type ClientFacts, type SignedInUser, signIn, startSession } from './start-session.ts';
import { recordWrongPassword, tryPassword } from './try-password.ts';

/**
 * Signs in by e-mail and password.
 * @param given.email lower-cased; nothing when what was given can't be the address of any account.
 * @throws AuthError `invalid_credentials`, the same and after the same time whether the account does not exist, the
 * password is wrong or the user is disabled; `rate_limited`, `service_unavailable`.
 */
export async function logIn(
  auth: AuthContext,
  { email, password, client }: { email: string | undefined; password: string; client: ClientFacts },
): Promise<SignedInUser> {
  const { models, passwords, database } = auth;
  // A plain row of a few columns: making a model of it would take longer where there is an account.
  const attributes = ['id', 'passwordHash', 'status'];
  const known = await models.User.findOne({ where: { email: email ?? '' }, attributes, raw: true });
  const given = { email, user: known, password, client, occasion: 'sign_in' } as const;
  const isRight = await tryPassword(auth, given);
  if (!known || !isRight) throw new AuthError('invalid_credentials');
  const passwordHash = passwords.isOutdated(known.passwordHash) ? await passwords.hash(password) : known.passwordHash;

  const session = await database.write(async (tx) => {
    // Comparing took its time: a user who was disabled or got another password meanwhile must not slip in.
    const user = await models.User.findByPk(known.id, { transaction: tx, lock: true });
    if (user?.status !== 'active' || user.passwordHash !== known.passwordHash) return undefined;
    if (passwordHash !== known.passwordHash) await user.update({ passwordHash }, { transaction: tx });
    const opened = await startSession(auth, { user, client }, tx);
    const target = { type: 'session', id: opened.sessionId };
    await recordDeed(auth, { actor: user.id, action: 'user.signed_in', target, email: user.email }, tx);
    return opened;
  });
  if (!session) {
    await recordWrongPassword(auth, given);
    throw new AuthError('invalid_credentials');
  }
  return signIn(auth, session);
}
