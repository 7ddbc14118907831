import type { Store } from 'express-rate-limit';

/** Counts in `first`, and in `second` whenever that fails: for what must not go uncounted. */
export function withFallback(first: Store, second: Store, onFailure: (error: unknown) => void): Store {
  async function ask<T>(question: (store: Store) => T | Promise<T>): Promise<T> {
    try {
      return await question(first);
    } catch (error) {
      onFailure(error);
      return question(second);
    }
  }
  return {
    ...(first.prefix === undefined ? {} : { prefix: first.prefix }),
    init: async (options) => {
      await second.init?.(options);
      await first.init?.(options);
    },
    increment: (key) => ask((store) => store.increment(key)),
    decrement: (key) => ask((store) => store.decrement(key)),
    resetKey: (key) => ask((store) => store.resetKey(key)),
    get: (key) => ask((store) => store.get?.(key)),
  };
}
