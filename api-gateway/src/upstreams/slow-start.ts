/** An instance that came back has nothing in its caches yet: so long until it has its full share of requests. */
export const slowStartMs = 10_000;

const smallestShare = 0.1;

/** Who had no turn in spite of its credit gets no crowd of requests later. */
const maximumCredit = 2;

export type SlowStart = {
  startedAtMs: number;
  /** Grows by the share with each request of its service; one request costs 1. */
  credit: number;
};

/** Of an instance that has its full share. */
export function createSlowStart(): SlowStart {
  return { startedAtMs: Number.NEGATIVE_INFINITY, credit: 0 };
}

export function beginSlowStart(slowStart: SlowStart, nowMs: number): void {
  slowStart.startedAtMs = nowMs;
  slowStart.credit = 0;
}

/** Which part of the requests an instance may have, from a tenth to all that least load gives it. */
function shareOf(slowStart: SlowStart, nowMs: number): number {
  return Math.min(1, Math.max(smallestShare, (nowMs - slowStart.startedAtMs) / slowStartMs));
}

/** Whether an instance is among those that the next request may go to. To be asked once for each. */
export function takesPart(slowStart: SlowStart, nowMs: number): boolean {
  const share = shareOf(slowStart, nowMs);
  if (share === 1) return true;
  slowStart.credit = Math.min(maximumCredit, slowStart.credit + share);
  return slowStart.credit >= 1;
}

/** It got the request. */
export function spendCredit(slowStart: SlowStart): void {
  slowStart.credit = Math.max(0, slowStart.credit - 1);
}
