import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import { createLateOffers, createLineEnds, type KeepLinesParts } from '../waitlist/use-cases/keep-lines.ts';

/** Who may hold seats again should not wait long; it is one question to an index where nobody does. */
const lateOffersIdleMs = 1_000;
const lineEndsIdleMs = 5_000;

/** Looks after those who wait where no sale does. */
export function waitlistJobs(parts: KeepLinesParts): Omit<LoopOptions, 'log'>[] {
  return [
    { name: 'late-offers', idleMs: lateOffersIdleMs, runOnce: createLateOffers(parts) },
    { name: 'line-ends', idleMs: lineEndsIdleMs, runOnce: createLineEnds(parts) },
  ];
}
