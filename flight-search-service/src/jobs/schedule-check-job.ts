import type { Stoppable } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { schedule } from 'node-cron';

/**
 * Compares the schedule in memory with the database every minute. Events keep it current; this finds what no event told:
 * flights of an import that broke off, seats that were told of just before this process began to listen.
 */
export function startScheduleCheckJob(catchUp: () => Promise<void>, log: Logger): Stoppable {
  const runOnce = async () => {
    try {
      await catchUp();
    } catch (error) {
      log.warn({ error }, 'the schedule in memory could not be compared; the next minute will try again');
    }
  };
  const task = schedule('* * * * *', runOnce, { timezone: 'UTC', noOverlap: true });
  return { stop: async () => void (await task.destroy()) };
}
