import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { Slots } from '../db/send-limits.ts';

/** Lets whoever waits go on one after the other, at the moments this worker was given. */
export type SendPace = { readonly turn: (signal: AbortSignal) => Promise<void> };

/** @param slots undefined: nobody has to wait. */
export function createSendPace(slots: Slots | undefined): SendPace {
  if (!slots) return { turn: async () => {} };
  let nextAtMs = performance.now() + slots.startsInMs;
  return {
    turn: async (signal) => {
      // A worker that was held up does not make up for it: it would send what it missed all at once.
      const nowMs = performance.now();
      const waitMs = Math.max(0, nextAtMs - nowMs);
      nextAtMs = nowMs + waitMs + slots.everyMs;
      await wait(waitMs, signal);
    },
  };
}
