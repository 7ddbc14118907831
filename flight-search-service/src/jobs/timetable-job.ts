import type { Stoppable } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { schedule } from 'node-cron';

/** Looks every ten minutes whether a day is missing at the end of the timetable: nightly as a rule, at once when the sandbox clock jumps. */
export function startTimetableJob(extend: () => Promise<void>, log: Logger): Stoppable {
  const runOnce = async () => {
    try {
      await extend();
    } catch (error) {
      log.warn({ error }, 'the timetable could not be extended; the next look will try again');
    }
  };
  const task = schedule('*/10 * * * *', runOnce, { timezone: 'UTC', noOverlap: true });
  return { stop: async () => void (await task.destroy()) };
}
