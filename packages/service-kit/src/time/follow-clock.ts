import { readClockOffsetRoute } from '@jetbridge/contracts/reminders/internal.ts';
import type { ServiceClient } from '../http/service-client.ts';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';
import { createOffsetClock, type OffsetClock } from './clock.ts';

/** Every process learns of a moved clock within two seconds. */
const followEveryMs = 1_000;

/**
 * A clock that follows the sandbox clock, which reminder-service keeps; never used in production. While that service is
 * away, the last offset stays.
 */
export async function followSandboxClock(client: ServiceClient, log: Logger): Promise<OffsetClock & Stoppable> {
  const clock = createOffsetClock();
  const follow = async () => {
    try {
      clock.setOffsetMs((await client.call(readClockOffsetRoute)).offsetMs);
    } catch (error) {
      log.debug({ error }, 'the sandbox clock could not be asked');
    }
    return 0;
  };
  await follow();
  const loop = startLoop({ name: 'follow-clock', runOnce: follow, idleMs: followEveryMs, log });
  return { ...clock, stop: loop.stop };
}
