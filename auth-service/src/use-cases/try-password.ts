import type { AuthContext } from '../auth-context.ts';
import type { TriesCount } from '../db/password-tries.ts';
import type { User } from '../db/user-model.ts';
import { networkOf } from '../domain/client-network.ts';
import { AuthError } from '../domain/errors.ts';
import { budgetsOf, type TriesBudget, triesWindowMs, windowStartOf } from '../domain/password-tries.ts';
import { recordDeed } from './record-deed.ts';
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
  /** Whether somebody who is signed in confirms who they are, or wants to sign in. */
  readonly occasion: 'sign_in' | 'confirmation';
};

type Count = TriesCount & Pick<TriesBudget, 'of'>;

/**
 * Whether a password is that of an active account. Wrong ones are counted against guessing, in the database and before
 * they are looked at, so that neither several processes nor many requests at once see more tries than there are. They go
 * into the audit log, and so does a budget that is used up; what is refused then does not, so that a wave of guesses does
 * not fill the log, nor queue for it.
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
  // A transaction of its own: nobody who waits for one of these counts waits for the audit log or a hash as well.
  const usedUp = await database.write(async (tx) => {
    const reached = await passwordTries.count(counts, windowStartMs, tx);
    if (!reached) throw refusal();
    return reached;
  });
  const uncount = () => database.write((tx) => passwordTries.uncount(counts, windowStartMs, tx));
  const isEqual = await passwords.matches(given.password, given.user?.passwordHash).catch(async (error: unknown) => {
    await uncount();
    throw error;
  });
  const isRight = isEqual && given.user?.status === 'active';
  if (isRight) await uncount();
  else await recordWrongPassword(auth, given, usedUp);
  return isRight;
}

/**
 * Writes a refused password into the audit log, with the budgets that it was the last of. It costs the same whether there
 * is such a user or not.
 */
export async function recordWrongPassword(
  auth: AuthContext,
  { email, user, occasion }: GivenPassword,
  usedUp: readonly Count[] = [],
): Promise<void> {
  const target = user ? { type: 'user', id: user.id } : undefined;
  const deed =
    occasion === 'sign_in'
      ? // Nobody has shown who they are, so the deed has no actor.
        ({ actor: undefined, action: 'user.sign_in_failed', target, email } as const)
      : ({ actor: user?.id, action: 'user.confirmation_failed', target } as const);
  await auth.database.write(async (tx) => {
    await recordDeed(auth, deed, tx);
    for (const { of, limit } of usedUp) {
      const after = { budget: of, tries: limit };
      await recordDeed(auth, { ...deed, actor: undefined, action: 'user.sign_ins_throttled', after }, tx);
    }
  });
}

async function countsOf(auth: AuthContext, { email, user, client }: GivenPassword): Promise<readonly Count[]> {
  // Asked for nobody too, so that it takes as long where there is no account.
  const isFamiliar = await auth.passwordTries.isFamiliar(user?.id ?? '', addressHashOf(auth, client));
  const network = client.address === null ? undefined : networkOf(client.address);
  return budgetsOf({ email, network, isFamiliar }).map(({ of, subject, limit }) => ({
    of,
    subjectHash: auth.digest(subject),
    limit,
  }));
}
