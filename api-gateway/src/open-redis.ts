import { createClient, type RedisScripts } from 'redis';

const connectTimeoutMs = 2_000;
const longestReconnectMs = 2_000;
const maximumWaitingCommands = 10_000;

/**
 * Connects to a Redis. Starts also when it is away, and finds it again by itself; until then all that it is asked fails at
 * once.
 * @param options.onAway hears of each try that failed, and of each connection that broke.
 */
export async function openRedis<Scripts extends RedisScripts>(
  url: string,
  options: {
    readonly scripts: Scripts;
    /** No answer is waited for longer. */
    readonly commandTimeoutMs: number;
    readonly onAway: (error: unknown) => void;
  },
) {
  const { scripts, commandTimeoutMs, onAway } = options;
  const client = createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    commandsQueueMaxLength: maximumWaitingCommands,
    commandOptions: { timeout: commandTimeoutMs },
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries) => Math.min(longestReconnectMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  client.on('error', onAway);
  // It goes on trying by itself; only the first try is waited for.
  const connecting = client.connect().catch(onAway);
  await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, connectTimeoutMs).unref())]);
  return client;
}
