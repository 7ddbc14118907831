import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { createClient } from 'redis';
import { createSeldomWarning } from '../seldom-warning.ts';
import { backendServices, type FailureBoard } from './failure-board.ts';

const commandTimeoutMs = 1_000;
const connectTimeoutMs = 2_000;
const longestReconnectMs = 2_000;

const keyOf = (service: string) => `jetbridge:simulated-failures:${service}`;

/** A board for the gateways of several machines: a key for each service that fails, which ends by itself. */
export async function openRedisBoard(url: string, log: Logger): Promise<FailureBoard & { readonly close: () => void }> {
  const warn = createSeldomWarning(log, 'Redis is away; no failures can be simulated');
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: commandTimeoutMs },
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries) => Math.min(longestReconnectMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  client.on('error', (error: unknown) => warn({ error }));
  const connecting = client.connect().catch((error: unknown) => warn({ error }));
  await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, connectTimeoutMs).unref())]);

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
