import { setTimeout as timeout } from 'node:timers/promises';

/** Waits, or returns early when the signal says stop; never throws for that. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await timeout(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** A delay that doubles with each failure up to a maximum, spread by half so that many do not come back together. */
export function backoffMs(failures: number, range: { min: number; max: number }): number {
  const full = Math.min(range.max, range.min * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + Math.random() / 2);
}
