import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import { type Stoppable, startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { type Clock, createOffsetClock } from '@jetbridge/service-kit/time/clock.ts';
import { createClockOffset } from '../db/clock-offset.ts';
import { ReminderError } from '../domain/errors.ts';

/** Processes of this service agree on a moved clock within a second. */
const rereadEveryMs = 1_000;

/** A century: far enough for any story, and every instant keeps a year of four digits. */
const maximumOffsetMs = 100 * 365 * 86_400_000;

/** The clock that the sandbox can move forward, for all processes of the system; it never runs in production. */
export type SandboxClock = Clock &
  Stoppable & {
    /** How far it is ahead of real time, as all processes are to see it. */
    readonly offsetMs: () => Promise<number>;
    /** Moves it, in this process at once. @throws ReminderError `clock_too_far`, HttpProblem 503 when the database is away */
    readonly advance: (byMs: number) => Promise<void>;
  };

/** Starts the clock that all processes on this database share. */
export async function startSandboxClock(database: Database, log: Logger): Promise<SandboxClock> {
  const stored = createClockOffset(database);
  const clock = createOffsetClock();
  let knownMs = 0;
  /** Time only moves forward: an answer that was on its way while the clock moved does not turn it back. */
  const learn = (offsetMs: number): number => {
    knownMs = Math.max(knownMs, offsetMs);
    clock.setOffsetMs(knownMs);
    return knownMs;
  };
  const reread = async () => learn(await stored.read());

  await reread();
  const loop = startLoop({
    name: 'sandbox-clock',
    runOnce: async () => {
      await reread();
      return 0;
    },
    idleMs: rereadEveryMs,
    log,
  });
  return {
    nowMs: clock.nowMs,
    stop: loop.stop,
    offsetMs: reread,
    advance: async (byMs) => {
      const offsetMs = await stored.advance(byMs, maximumOffsetMs).catch((error: unknown) => {
        // The connection may have been lost after the COMMIT.
        throw database.dialect.isUnavailable(error) ? serviceUnavailable({ effect: 'unknown', cause: error }) : error;
      });
      if (offsetMs === undefined) {
        const detail = 'would move the clock more than a century ahead of real time';
        throw new ReminderError('clock_too_far', detail, '/advanceSeconds');
      }
      learn(offsetMs);
    },
  };
}
