/** Tries are counted in windows of this length; a new one begins with a clean slate. */
export const triesWindowMs = 15 * 60_000;

/** Whose password is tried, and from where. */
export type PasswordTry = {
  /** The address that was given, lower-cased; nothing for what can be no address of any account. */
  readonly email: string | undefined;
  /** The network of the client, where it is known. */
  readonly network: string | undefined;
  /** Whether the user has signed in from there before. */
  readonly isFamiliar: boolean;
};

/** Something that wrong passwords are counted on, and how many of them it may have in a window. */
export type TriesBudget = {
  readonly of: 'client' | 'strangers' | 'network';
  readonly subject: string;
  readonly limit: number;
};

/** A person who forgot which of their passwords it was; a guesser finds one of the 10,000 most common in weeks. */
const limitOfOneClient = 10;

/** All strangers to an account together, however many addresses they have. */
const limitOfStrangers = 50;

/** All that comes from one network, over all accounts: an office may sit behind it. */
const limitOfNetwork = 100;

/**
 * What a try is counted on. Whoever signed in from a place before has a budget of their own there, which strangers can't
 * use up: a wave of guesses from the whole world stops at the strangers' budget and leaves the owner alone. An address
 * without an account is counted in the same way, so that nobody learns whether there is one.
 */
export function budgetsOf({ email, network = 'unknown', isFamiliar }: PasswordTry): readonly TriesBudget[] {
  const client: TriesBudget = { of: 'client', subject: `client ${email ?? ''} ${network}`, limit: limitOfOneClient };
  if (isFamiliar) return [{ ...client, subject: `familiar ${client.subject}` }];
  return [
    client,
    ...(email === undefined
      ? []
      : [{ of: 'strangers' as const, subject: `strangers ${email}`, limit: limitOfStrangers }]),
    ...(network === 'unknown'
      ? []
      : [{ of: 'network' as const, subject: `network ${network}`, limit: limitOfNetwork }]),
  ];
}

/** The window that a moment lies in, by its beginning; both in Unix milliseconds. */
export const windowStartOf = (nowMs: number) => nowMs - (nowMs % triesWindowMs);
