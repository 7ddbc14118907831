/**
 * How long a worker that dies keeps what it had only claimed from the others, in milliseconds of the database's clock: whoever
 * loses that claim finds out before sending anything.
 */
export const claimMs = 8_000;

/** The same of a mail that it had begun with, and of one about an account, which begins only at its turn at the mail server. */
export const leaseMs = 30_000;

/** What a row says that no worker holds. */
export const noLease = { leaseHolder: null, leaseUntilMs: null } as const;
