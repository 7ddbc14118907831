import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { openRedis } from '../open-redis.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import { backendServices, type FailureBoard } from './failure-board.ts';

const commandTimeoutMs = 1_000;

const keyOf = (service: string) => `jetbridge:simulated-failures:${service}`;

/** A board for the gateways of several machines: a key for each service that fails, which ends by itself. */
export async function openRedisBoard(url: string, log: Logger): Promise<FailureBoard & { readonly close: () => void }> {
  const warn = createSeldomWarning(log, 'Redis is away; no failures can be simulated');
  const client = await openRedis(url, { scripts: {}, commandTimeoutMs, onAway: (error) => warn({ error }) });
  return {
    put: async (service, seconds) => {
      await client.set(keyOf(service), '1', { expiration: { type: 'EX', value: seconds } });
    },
    read: async () => {
      const found = await client.mGet(backendServices.map(keyOf));
      return new Set(backendServices.filter((_, index) => found[index] !== null));
    },
    close: () => client.destroy(),
  };
}
