import type { Logger } from '../log/logger.ts';
import { backoffMs, wait } from '../time/wait.ts';

/** Something that runs until it is told to stop, and then ends what it has begun. */
export type Stoppable = { readonly stop: () => Promise<void> };

export type LoopOptions = {
  readonly name: string;
  /** Does one bounded piece of work and returns how many things it did; 0 means there is nothing to do now. */
  readonly runOnce: (signal: AbortSignal) => Promise<number>;
  /** How long to rest when there was nothing to do; asked for anew each time where it depends on what was found. */
  readonly idleMs: number | (() => number);
  readonly log: Logger;
};

/** The longest rest after failures in a row. */
const longestRestMs = 10_000;

/** Repeats `runOnce`: at once while there is work, after a rest when there is none, later and later while it fails. */
export function startLoop({ name, runOnce, idleMs, log }: LoopOptions): Stoppable {
  const stopping = new AbortController();
  const ended = (async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const done = await runOnce(stopping.signal);
        failures = 0;
        if (done === 0) await wait(typeof idleMs === 'number' ? idleMs : idleMs(), stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        log.warn({ loop: name, failures, error }, 'a loop failed and will try again');
        await wait(backoffMs(failures, { min: 200, max: longestRestMs }), stopping.signal);
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
