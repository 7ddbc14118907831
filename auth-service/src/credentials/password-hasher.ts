import bcrypt from 'bcrypt';
import { AuthError } from '../domain/errors.ts';
import { createBoundedWork } from './bounded-work.ts';

/** Hashes passwords and compares with hashes, a few at a time. */
export type PasswordHasher = {
  /** @throws AuthError `service_unavailable` when too many wait already. */
  readonly hash: (password: string) => Promise<string>;
  /**
   * Whether a password has this hash. Takes as long for an account that does not exist or is deleted (no hash), for a password that
   * can't be right, and for a hash of another cost than the present one. @throws AuthError `service_unavailable` when too many wait already.
   */
  readonly matches: (password: string, hash: string | undefined) => Promise<boolean>;
  /** Whether a hash was made at another cost than today's, and should be made anew at the next sign-in. */
  readonly isOutdated: (hash: string) => boolean;
};

/** bcrypt reads 72 bytes and ignores the rest: a longer password must not pass for its beginning. */
const maximumPasswordBytes = 72;

/**
 * bcrypt computes on libuv's pool, which has four threads unless `UV_THREADPOOL_SIZE` says otherwise. One stays free for
 * name look-ups and files, so that a wave of sign-ins delays nothing else.
 */
const hashesAtOnce = 3;

/** A salt and a digest that belong to no password; with a cost before them, comparing takes as long as any other time. */
const nobodysSaltAndDigest = `${'N1nLv0JmUxyGqkR2aQbEeu'}${'.'.repeat(31)}`;
const nobodysHash = (cost: number) => `$2b$${String(cost).padStart(2, '0')}$${nobodysSaltAndDigest}`;

/**
 * @param settings.cost bcrypt's cost: each step doubles the time; 12 takes about 0.2 s on a core of 2024.
 * @param settings.highestStoredCost of the hashes that are stored, which were made when the cost was another one.
 */
export function createPasswordHasher(settings: {
  cost: number;
  highestStoredCost?: number;
  maximumWaiting: number;
}): PasswordHasher {
  const { cost, maximumWaiting } = settings;
  const refusal = () => new AuthError('service_unavailable');
  const work = createBoundedWork({ atOnce: hashesAtOnce, maximumWaiting, refusal });
  /** What every comparison costs, whatever the hash it is with. */
  let commonCost = Math.max(cost, settings.highestStoredCost ?? 0);

  async function compare(password: string, hash: string): Promise<boolean> {
    const isEqual = await bcrypt.compare(password, hash);
    const comparedAt = bcrypt.getRounds(hash);
    // The times of costs c, c, c+1, …, n-1 add up to that of cost n: each step doubles it.
    for (let padding = comparedAt; padding < commonCost; padding++) {
      await bcrypt.compare(password, nobodysHash(padding));
    }
    // Another process may run at a higher cost than this one knew of.
    commonCost = Math.max(commonCost, comparedAt);
    return isEqual;
  }

  return {
    hash: (password) => work.run(() => bcrypt.hash(password, cost)),
    matches: async (password, hash) => {
      const couldMatch = hash !== undefined && hash !== '' && isReadWhole(password);
      const isEqual = await work.run(() => compare(password, couldMatch ? hash : nobodysHash(commonCost)));
      return couldMatch && isEqual;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) !== cost,
  };
}

/** Whether bcrypt sees all of a password: not too long, no NUL, and no lone surrogates, which all become one character. */
function isReadWhole(password: string): boolean {
  return Buffer.byteLength(password) <= maximumPasswordBytes && !password.includes('\0') && password.isWellFormed();
}
