import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import { windowMs } from './budgets.ts';
import type { HitCounter, Hits } from './hit-counter.ts';

/** The counters of one budget in the file that all processes of this machine share. */
export function createSqliteStore(counter: HitCounter, budget: string): Store {
  const prefix = `${budget}:`;
  return {
    prefix,
    increment: async (key) => toInfo(await counter.hit(prefix + key, windowMs)),
    get: (key) => {
      const hits = counter.read(prefix + key);
      return hits && toInfo(hits);
    },
    decrement: (key) => counter.takeBack(prefix + key),
    resetKey: (key) => counter.forget(prefix + key),
  };
}

function toInfo(hits: Hits): ClientRateLimitInfo {
  return { totalHits: hits.count, resetTime: new Date(hits.resetsAtMs) };
}
