import type { AuthContext } from '../auth-context.ts';
import type { TriesCount } from '../db/password-tries.ts';
import type { User } from '../db/user-model.ts';
import { networkOf } from '../domain/client-network.ts';
import { AuthError } from '../domain/errors.ts';
import { budgetsOf, triesWindowMs, windowStartOf } from '../domain/password-tries.ts';
import { addressHashOf } from './remember-address.ts';
import type { ClientFacts } from './start-session.ts';

/** A password that somebody gives for an account. */
export type GivenPassword = {
  /** Lower-cased; nothing for what can be no address of any account. */
  readonly email: string | undefined;
  /** The account with this address, if there is one. */
  readonly user: Pick<User, 'id' | 'passwordHash' | 'status'> | null;
  readonly password: string;
  readonly client: ClientFacts;
};

/**
 * Whether a password is that of an active account. Wrong ones are counted against guessing, in the database and before
 * they are looked at, so that neither several processes nor many requests at once see more tries than there are.
 * @throws AuthError `rate_limited` when too many were wrong, `service_unavailable` when too many wait.
 */
export async function tryPassword(auth: AuthContext, given: GivenPassword): Promise<boolean> {
  const { database, passwords, passwordTries, clock } = auth;
  const nowMs = clock.nowMs();
  const windowStartMs = windowStartOf(nowMs);
  const counts = await countsOf(auth, given);
  const refusal = () =>
    new AuthError('rate_limited', { retryAfterSeconds: Math.ceil((windowStartMs + triesWindowMs - nowMs) / 1_000) });
  // A look without locks first: a wave of guesses over the limit should not queue for them.
  if (await passwordTries.isUsedUp(counts, windowStartMs)) throw refusal();
  await database.write(async (tx) => {
    if (!(await passwordTries.count(counts, windowStartMs, tx))) throw refusal();
  });
  const uncount = () => database.write((tx) => passwordTries.uncount(counts, windowStartMs, tx));
  const isEqual = await passwords.matches(given.password, given.user?.passwordHash).catch(async (error: unknown) => {
    await uncount();
    throw error;
  });
  const isRight = isEqual && given.user?.status === 'active';
  if (isRight) await uncount();
  return isRight;
}

async function countsOf(auth: AuthContext, { email, user, client }: GivenPassword): Promise<readonly TriesCount[]> {
  // Asked for nobody too, so that it takes as long where there is no account.
  const isFamiliar = await auth.passwordTries.isFamiliar(user?.id ?? '', addressHashOf(auth, client));
  const network = client.address === null ? undefined : networkOf(client.address);
  return budgetsOf({ email, network, isFamiliar }).map(({ subject, limit }) => ({
    subjectHash: auth.digest(subject),
    limit,
  }));
}
