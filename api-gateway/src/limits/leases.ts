import type { Hits, SharedCounter } from './shared-counter.ts';

/** Hands out the hits of a budget, and asks the counter that all processes share for as few as it can. */
export type Leases = {
  /** The number of a hit in its window, which no other hit has. @throws Error when the counter can't be reached. */
  readonly hit: (key: string) => Hits | Promise<Hits>;
  /** Gives back what keys have left that were not hit since the last time, and forgets them. */
  readonly giveBackIdle: () => Promise<void>;
  /** Gives back all that is left: before this process ends. */
  readonly giveBackAll: () => Promise<void>;
};

/** What a process has taken of a key's budget and not yet used: the numbers from `next` to `last`. */
type Lease = {
  next: number;
  last: number;
  resetsAtMs: number;
  takenAtMs: number;
  isTaking: boolean;
  /** Hits that came while nothing was left. */
  waiting: Waiting[];
  wasHit: boolean;
};

type Waiting = { readonly resolve: (hits: Hits) => void; readonly reject: (error: unknown) => void };

/** Asking for 64 hits costs as much as asking for one, and leaves a sixty-fourth of the cost. */
const largestPortion = 64;

/**
 * The share of a budget that one process may have taken and not used. What the others keep is missing to the process whose
 * clients use up the budget: with four processes three such shares, less than a hundredth.
 */
const largestShare = 1 / 400;

/** The nearer the end of the budget, the smaller the portions: at the end each hit is asked for. */
const shareOfRest = 1 / 64;

/** Of one key; whoever sends more at once than the counter can keep up with is refused a count. */
const maximumWaiting = 20_000;

/** Who comes less often than this does not wear out the counter. */
const busyWithinMs = 1_000;

/** The leases of one budget: `limit` hits of a key in a window. */
export function createLeases(
  counter: SharedCounter,
  budget: { readonly limit: number; readonly windowMs: number },
  nowMs: () => number = Date.now,
): Leases {
  const { limit, windowMs } = budget;
  const leases = new Map<string, Lease>();
  const mostFurther = Math.min(largestPortion, Math.floor(limit * largestShare));

  function waitForMore(key: string): Promise<Hits> {
    const lease = leases.get(key) ?? emptyLease();
    leases.set(key, lease);
    lease.wasHit = true;
    return new Promise((resolve, reject) => {
      if (lease.waiting.length >= maximumWaiting) {
        reject(new Error(`${maximumWaiting} hits of one key wait to be counted.`));
        return;
      }
      lease.waiting.push({ resolve, reject });
      if (!lease.isTaking) void takeForWaiting(key, lease);
    });
  }

  /** One question at a time for each key: what comes meanwhile is asked for together, so that a flood costs no more. */
  async function takeForWaiting(key: string, lease: Lease): Promise<void> {
    lease.isTaking = true;
    while (lease.waiting.length > 0) {
      const served = lease.waiting;
      lease.waiting = [];
      const further = furtherHits(lease);
      try {
        const { count, resetsAtMs } = await counter.take(key, served.length + further, windowMs);
        const last = count - further;
        Object.assign(lease, { next: last + 1, last: count, resetsAtMs, takenAtMs: nowMs() });
        for (const [index, hit] of served.entries())
          hit.resolve({ count: last - served.length + 1 + index, resetsAtMs });
        serveFromRest(lease);
      } catch (error) {
        for (const hit of served) hit.reject(error);
      }
    }
    lease.isTaking = false;
  }

  function serveFromRest(lease: Lease): void {
    while (lease.waiting.length > 0) {
      const hits = fromRest(lease);
      if (!hits) return;
      lease.waiting.shift()?.resolve(hits);
    }
  }

  /** The next hit out of what is held; nothing when the counter must be asked. */
  function fromRest(lease: Lease): Hits | undefined {
    const { resetsAtMs } = lease;
    if (nowMs() >= resetsAtMs) return undefined;
    if (lease.next <= lease.last) return { count: lease.next++, resetsAtMs };
    // A budget that is used up stays so until its window ends: refusing must not cost what counting costs.
    return lease.last > limit ? { count: lease.last, resetsAtMs } : undefined;
  }

  /** How many hits to take besides those that are asked for. */
  function furtherHits(lease: Lease): number {
    const atMs = nowMs();
    if (atMs - lease.takenAtMs > busyWithinMs || atMs >= lease.resetsAtMs) return 0;
    return Math.max(0, Math.min(mostFurther, Math.floor((limit - lease.last) * shareOfRest)));
  }

  async function giveBack(given: readonly (readonly [string, Lease])[]): Promise<void> {
    const unused = given.filter(([, lease]) => lease.next <= lease.last && nowMs() < lease.resetsAtMs);
    for (const [key] of given) leases.delete(key);
    await Promise.all(
      unused.map(([key, { next, last, resetsAtMs }]) => counter.giveBack(key, last - next + 1, resetsAtMs)),
    );
  }

  return {
    hit: (key) => {
      const lease = leases.get(key);
      if (!lease || lease.isTaking) return waitForMore(key);
      lease.wasHit = true;
      return fromRest(lease) ?? waitForMore(key);
    },
    giveBackIdle: () => {
      const idle = [...leases].filter(([, lease]) => !lease.wasHit && !lease.isTaking);
      for (const lease of leases.values()) lease.wasHit = false;
      return giveBack(idle);
    },
    giveBackAll: () => giveBack([...leases]),
  };
}

const emptyLease = (): Lease => ({
  next: 1,
  last: 0,
  resetsAtMs: 0,
  takenAtMs: Number.NEGATIVE_INFINITY,
  isTaking: false,
  waiting: [],
  wasHit: true,
});
