import type { Logger } from '@jetbridge/service-kit/log/logger.ts';

/** What fails fails with every request: one line in this time says enough. */
const silentMs = 5_000;

/** A warning that is logged at most every five seconds, with the number of times it was kept back in between. */
export function createSeldomWarning(log: Logger, message: string): (facts: object) => void {
  let silentUntilMs = Number.NEGATIVE_INFINITY;
  let keptBack = 0;
  return (facts) => {
    const nowMs = Date.now();
    if (nowMs < silentUntilMs) {
      keptBack += 1;
      return;
    }
    log.warn({ ...facts, keptBack }, message);
    silentUntilMs = nowMs + silentMs;
    keptBack = 0;
  };
}
