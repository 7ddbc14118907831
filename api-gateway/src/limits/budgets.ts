import { apiPrefix } from '../routes.ts';

/** All budgets are for a minute that begins with the first request. */
export const windowMs = 60_000;

/** A budget of its own for writes that are worth guessing at, on top of the one for the address or the account. */
export type TightBudget = {
  readonly name: string;
  /** Of `POST`; a star at the end stands for anything. */
  readonly path: `/${string}`;
  /** The part of `RATE_LIMIT_PER_MINUTE` that may go here. */
  readonly share: number;
};

export const tightBudgets: readonly TightBudget[] = [
  { name: 'login', path: '/auth/login', share: 0.2 },
  { name: 'register', path: '/auth/register', share: 0.2 },
  { name: 'refresh', path: '/auth/refresh', share: 0.5 },
  { name: 'password', path: '/auth/password/*', share: 0.1 },
  { name: 'lookup', path: '/bookings/lookup', share: 0.2 },
];

/** The budget that a request must have besides the usual one, or nothing. */
export function tightBudgetFor(method: string, sentPath: string): TightBudget | undefined {
  if (method !== 'POST') return undefined;
  // Routes are found whatever the letter case; another spelling must not be another budget.
  const path = sentPath.toLowerCase();
  if (!path.startsWith(apiPrefix)) return undefined;
  // The services take a slash at the end for nothing, so it must not be a way around.
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const below = path.slice(apiPrefix.length, end);
  return tightBudgets.find((budget) =>
    budget.path.endsWith('*') ? below.startsWith(budget.path.slice(0, -1)) : below === budget.path,
  );
}
