import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../domain/errors.ts';
import { recordDeed } from './record-deed.ts';
import { type ClientFacts, type SignedInUser, signIn, startSession } from './start-session.ts';

/**
 * Signs in by e-mail and password.
 * @param given.email lower-cased; nothing when what was given can't be the address of any account.
 * @throws AuthError `invalid_credentials`, the same and after the same time whether the account does not exist, the
 * password is wrong or the user is disabled.
 */
export async function logIn(
  auth: AuthContext,
  { email, password, client }: { email: string | undefined; password: string; client: ClientFacts },
): Promise<SignedInUser> {
  const { models, passwords, database } = auth;
  const known = email === undefined ? null : await models.User.findOne({ where: { email } });
  const isRight = await passwords.matches(password, known?.passwordHash);
  if (!known || !isRight || known.status !== 'active') return refuse(auth, { email, userId: known?.id });
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
  if (!session) return refuse(auth, { email, userId: known.id });
  return signIn(auth, session);
}

/** Nobody has shown who they are, so the deed has no actor; it costs the same whether there is such a user or not. */
async function refuse(
  auth: AuthContext,
  { email, userId }: { email: string | undefined; userId: string | undefined },
): Promise<never> {
  const target = userId === undefined ? undefined : { type: 'user', id: userId };
  await auth.database.write((tx) =>
    recordDeed(auth, { actor: undefined, action: 'user.sign_in_failed', target, email }, tx),
  );
  throw new AuthError('invalid_credentials');
}
