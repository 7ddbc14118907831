import type { Stoppable } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { schedule } from 'node-cron';

/** Batches one tick works through before it lets the next one look again. */
const maximumBatches = 100;

/**
 * Wakes `runOnce` every second, and again at once while there is work; never twice at the same time in this process.
 * What is due stands in the database: a tick that is missed costs a second, nothing else.
 * @param runOnce does one bounded piece of work and returns how many things it did.
 */
export function everySecond(options: {
  name: string;
  runOnce: (signal: AbortSignal) => Promise<number>;
  log: Logger;
}): Stoppable {
  const { name, runOnce, log } = options;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function tick(): Promise<void> {
    try {
      for (let batch = 0; batch < maximumBatches && !stopping.signal.aborted; batch++) {
        if ((await runOnce(stopping.signal)) === 0) return;
      }
    } catch (error) {
      log.warn({ job: name, error }, 'a job failed and will try again');
    }
  }

  const task = schedule(
    '* * * * * *',
    () => {
      running = tick();
      return running;
    },
    // A tick that takes longer than a second is no news: the next one begins when it has ended.
    { name, noOverlap: true, suppressMissedWarning: true, logger: quiet },
  );
  return {
    stop: async () => {
      stopping.abort();
      await task.destroy();
      await running;
    },
  };
}

const quiet = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
