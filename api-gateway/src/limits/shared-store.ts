import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import type { Leases } from './leases.ts';
import type { Hits, SharedCounter } from './shared-counter.ts';

/** The counters of one budget, for express-rate-limit. */
export function createSharedStore(budget: string, counter: SharedCounter, leases: Leases): Store {
  const prefix = `${budget}:`;
  return {
    prefix,
    increment: async (key) => toInfo(await leases.hit(prefix + key)),
    get: async (key) => {
      const hits = await counter.read(prefix + key);
      return hits && toInfo(hits);
    },
    decrement: refuseToUncount,
    resetKey: refuseToUncount,
  };
}

/** A store must have these; express-rate-limit asks for them only where some answers don't count, and here all do. */
async function refuseToUncount(): Promise<never> {
  throw new Error('What was counted on a budget stays counted until its window ends.');
}

function toInfo(hits: Hits): ClientRateLimitInfo {
  return { totalHits: hits.count, resetTime: new Date(hits.resetsAtMs) };
}
