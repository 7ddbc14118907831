import type { TokenIssuer } from '@jetbridge/testing/access-tokens.ts';

/** Fewer than a service remembers tokens of (10,000), as on a busy day; each is verified once and then known. */
const customerCount = 2_000;

/** Access tokens of customers, in turn. */
export type Customers = { readonly nextToken: () => string };

/** Signs everybody in beforehand: that is none of the sellers' work. */
export function createCustomers(issuer: TokenIssuer): Customers {
  const tokens = Array.from({ length: customerCount }, () => issuer.user().token);
  let turn = 0;
  return {
    nextToken: () => {
      const token = tokens[turn++ % tokens.length];
      if (token === undefined) throw new Error('A place modulo the length of a list is in the list.');
      return token;
    },
  };
}
