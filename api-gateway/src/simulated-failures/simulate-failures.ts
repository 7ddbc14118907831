import { join } from 'node:path';
import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';
import { startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { ServiceContext } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import type { Pool } from '../upstreams/pool.ts';
import type { FailureBoard } from './failure-board.ts';
import { createFileBoard } from './file-board.ts';
import { openRedisBoard } from './redis-board.ts';

/** How often each process looks whether somebody wants a service to fail. */
const readEveryMs = 250;

/** Lets a service fail for so many seconds, in all processes of the gateway. @throws when they can't be told. */
export type SimulateFailure = (service: BackendService, seconds: number) => Promise<void>;

/** Follows the board that all processes of the gateway share. Not for production. */
export async function startSimulatedFailures(
  options: { pools: readonly Pool[]; redisUrl: string | undefined; dataFolder: string },
  context: ServiceContext,
): Promise<SimulateFailure> {
  const board = await openBoard(options, context);
  const warn = createSeldomWarning(context.log, 'whether failures shall be simulated could not be read');

  async function follow(): Promise<void> {
    const failing = await board.read();
    for (const pool of options.pools) pool.simulateFailure(failing.has(pool.service));
  }

  async function followOrEnd(): Promise<number> {
    try {
      await follow();
    } catch (error) {
      // Nobody would tell us when it is over.
      for (const pool of options.pools) pool.simulateFailure(false);
      warn({ error });
    }
    return 0;
  }

  const loop = startLoop({
    name: 'simulated failures',
    runOnce: followOrEnd,
    idleMs: readEveryMs,
    log: context.log,
  });
  context.owned.defer(loop.stop);
  return async (service, seconds) => {
    await board.put(service, seconds);
    await follow();
  };
}

async function openBoard(
  { redisUrl, dataFolder }: { redisUrl: string | undefined; dataFolder: string },
  { log, owned }: ServiceContext,
): Promise<FailureBoard> {
  if (redisUrl === undefined) return createFileBoard(join(dataFolder, 'gateway-simulated-failures'));
  const board = await openRedisBoard(redisUrl, log);
  owned.defer(board.close);
  return board;
}
