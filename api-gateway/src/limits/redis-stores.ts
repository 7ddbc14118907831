import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Options, Store } from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import { createClient } from 'redis';
import { createSeldomWarning } from '../seldom-warning.ts';
import type { StoreOf } from './limits.ts';

/** A request waits no longer for its count; it passes uncounted then. */
const commandTimeoutMs = 250;
const connectTimeoutMs = 2_000;
const longestReconnectMs = 2_000;
const maximumWaitingCommands = 10_000;

export type RedisStores = { readonly storeOf: StoreOf; readonly close: () => void };

/** The counters of all budgets in a Redis that several machines share. Starts also when Redis is away. */
export async function openRedisStores(url: string, log: Logger): Promise<RedisStores> {
  const warn = createSeldomWarning(log, 'Redis is away; requests are not counted');
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: maximumWaitingCommands,
    commandOptions: { timeout: commandTimeoutMs },
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries) => Math.min(longestReconnectMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  client.on('error', (error: unknown) => warn({ error }));
  const stores: ReconnectingStore[] = [];
  client.on('ready', () => {
    for (const store of stores) store.reload();
  });
  // It goes on trying by itself; only the first try is waited for.
  const connecting = client.connect().catch((error: unknown) => warn({ error }));
  await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, connectTimeoutMs).unref())]);

  return {
    storeOf: (budget) => {
      const store = createReconnectingStore((...command) => client.sendCommand(command), `jetbridge:limits:${budget}:`);
      stores.push(store);
      return store;
    },
    close: () => client.destroy(),
  };
}

type SendCommand = ConstructorParameters<typeof RedisStore>[0] extends infer O
  ? O extends { sendCommand: infer S }
    ? S
    : never
  : never;

type ReconnectingStore = Store & { readonly reload: () => void };

/** `RedisStore` loads its scripts once, and never works again when Redis was away at that moment: so load them again. */
function createReconnectingStore(sendCommand: SendCommand, prefix: string): ReconnectingStore {
  const store = new RedisStore({ sendCommand, prefix });
  let options: Options | undefined;
  const load = () => {
    // What fails here fails again with each request, and is reported there.
    if (options) store.init(options).catch(() => undefined);
  };
  return {
    prefix,
    init: (given) => {
      options = given;
      load();
    },
    reload: load,
    increment: (key) => store.increment(key),
    get: (key) => store.get(key),
    decrement: (key) => store.decrement(key),
    resetKey: (key) => store.resetKey(key),
  };
}
