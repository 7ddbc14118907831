import { createHash } from 'node:crypto';
import type { RateLimitInfo } from 'express-rate-limit';
import type { Exchange } from '../exchange.ts';

/** Keys whose hash is remembered; then all are forgotten, and the busy ones are soon back. */
const maximumRemembered = 10_000;

/**
 * Tells a client of a budget as draft 8 of the IETF has it (draft-ietf-httpapi-ratelimit-headers-08). express-rate-limit
 * would do the same, but hashes the key anew for each request.
 */
export function createLimitHeaders(budget: string, windowMs: number) {
  const hashes = new Map<string, string>();

  function hashOf(key: string): string {
    const known = hashes.get(key);
    if (known !== undefined) return known;
    // Only to tell keys apart: a client must not learn another's address or id from it.
    const hash = createHash('sha256').update(key).digest().subarray(0, 9).toString('base64');
    if (hashes.size >= maximumRemembered) hashes.clear();
    hashes.set(key, hash);
    return hash;
  }

  return (exchange: Exchange, { limit, used, remaining, resetTime, key }: RateLimitInfo): void => {
    const resetMs = resetTime ? resetTime.getTime() - Date.now() : windowMs;
    const resetSeconds = Math.max(0, Math.ceil(resetMs / 1_000));
    // A request may count on two budgets.
    const before = exchange.budget;
    const state = `"${budget}"; r=${remaining}; t=${resetSeconds}`;
    const policy = `"${budget}"; q=${limit}; w=${windowMs / 1_000}; pk=:${hashOf(key)}:`;
    exchange.budget = {
      state: before ? `${before.state}, ${state}` : state,
      policy: before ? `${before.policy}, ${policy}` : policy,
      retryAfter: used > limit ? String(Math.max(1, resetSeconds)) : before?.retryAfter,
    };
  };
}
