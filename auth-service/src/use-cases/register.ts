import type { AuthContext } from '../auth-context.ts';
import { createAccount } from './create-account.ts';
import { recordDeed } from './record-deed.ts';
import { refusePassword } from './refuse-password.ts';
import { requestEmailVerification } from './request-mail.ts';
import { type ClientFacts, type SignedInUser, signIn, startSession } from './start-session.ts';

/**
 * Makes an account for whoever asks, with the role `user`, and signs them in; a mail goes out that welcomes them and
 * confirms their address.
 * @throws AuthError `email_taken`, `password_too_common`, `password_is_email`.
 */
export async function register(
  auth: AuthContext,
  { email, name, password, client }: { email: string; name: string; password: string; client: ClientFacts },
): Promise<SignedInUser> {
  refusePassword(auth, { password, email, at: '/password' });
  const passwordHash = await auth.passwords.hash(password);
  const session = await auth.database.write(async (tx) => {
    const user = await createAccount(auth, { email, name, passwordHash, role: 'user' }, tx);
    await requestEmailVerification(auth, { user, occasion: 'registration' }, tx);
    const opened = await startSession(auth, { user, client }, tx);
    const target = { type: 'user', id: user.id };
    await recordDeed(auth, { actor: user.id, action: 'user.registered', target, email }, tx);
    return opened;
  });
  return signIn(auth, session);
}
