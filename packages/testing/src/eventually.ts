import { setTimeout as wait } from 'node:timers/promises';

/** How long `eventually` goes on, and how long it rests between two tries. */
export type Patience = { readonly timeoutMs?: number; readonly intervalMs?: number };

/**
 * Tries an assertion again until it passes, and returns what it returned. When the time is over it throws the error of
 * the last try; a try that never ends counts as failed too.
 */
export async function eventually<Result>(
  assertion: () => Result | Promise<Result>,
  { timeoutMs = 10_000, intervalMs = 25 }: Patience = {},
): Promise<Result> {
  const deadlineMs = performance.now() + timeoutMs;
  let lastError: unknown = new Error(`The assertion had not come to an end after ${timeoutMs} ms.`);
  for (;;) {
    try {
      return await endWithin(deadlineMs - performance.now(), assertion, lastError);
    } catch (error) {
      lastError = error;
    }
    if (performance.now() + intervalMs >= deadlineMs) throw lastError;
    await wait(intervalMs);
  }
}

async function endWithin<Result>(timeLeftMs: number, assertion: () => Result | Promise<Result>, lastError: unknown) {
  const timer = new AbortController();
  const timeIsOver = wait(Math.max(0, timeLeftMs), undefined, { signal: timer.signal }).then(
    () => Promise.reject(lastError),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([assertion(), timeIsOver]);
  } finally {
    timer.abort();
  }
}
