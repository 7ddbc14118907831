import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { type CommandParser, defineScript } from 'redis';
import { openRedis } from '../open-redis.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import type { Hits, SharedCounter } from './shared-counter.ts';

/** A request waits no longer for its count; it passes uncounted then. */
const commandTimeoutMs = 250;

/** The counters lie beside whatever else is kept in that Redis. */
const prefix = 'jetbridge:limits:';

/** Counts hits in a Redis that several machines share. */
export type RedisCounter = SharedCounter & { readonly close: () => void };

/** Starts also when Redis is away; until it is found all that it is asked fails at once. */
export async function openRedisCounter(url: string, log: Logger): Promise<RedisCounter> {
  const warn = createSeldomWarning(log, 'Redis is away; requests are not counted');
  const client = await openRedis(url, {
    scripts: { take: takeScript, giveBack: giveBackScript },
    commandTimeoutMs,
    onAway: (error) => warn({ error }),
  });

  return {
    take: async (key, hits, windowMs) => {
      const [count, restMs] = await client.take(prefix + key, hits, windowMs);
      return hitsOf(count, restMs);
    },
    giveBack: async (key, hits, resetsAtMs) => {
      const restMs = resetsAtMs - Date.now();
      if (restMs > 0) await client.giveBack(prefix + key, hits, restMs);
    },
    read: async (key) => {
      const [count, restMs] = await Promise.all([client.get(prefix + key), client.pTTL(prefix + key)]);
      return count === null || restMs <= 0 ? undefined : hitsOf(Number(count), restMs);
    },
    close: () => client.destroy(),
  };
}

/** How long a window still lasts is told in milliseconds from now: the clock of Redis is not ours. */
function hitsOf(count: number | undefined, restMs: number | undefined): Hits {
  if (count === undefined || restMs === undefined) throw new Error('The script of the limits returns two numbers.');
  return { count, resetsAtMs: Date.now() + restMs };
}

const takeScript = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local count = redis.call('INCRBY', KEYS[1], ARGV[1])
    local rest = redis.call('PTTL', KEYS[1])
    if rest < 0 then
      rest = tonumber(ARGV[2])
      redis.call('PEXPIRE', KEYS[1], rest)
    end
    return { count, rest }`,
  parseCommand: (parser: CommandParser, key: string, hits: number, windowMs: number) => {
    parser.pushKey(key);
    parser.push(String(hits), String(windowMs));
  },
  // Redis returns a table of whole numbers as such.
  transformReply: (reply: unknown) => reply as number[],
});

/** A window that began later lasts longer than what is left of the one that the hits were counted in. */
const giveBackScript = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local rest = redis.call('PTTL', KEYS[1])
    if rest > 0 and rest <= tonumber(ARGV[2]) + 1000 then redis.call('DECRBY', KEYS[1], ARGV[1]) end
    return 0`,
  parseCommand: (parser: CommandParser, key: string, hits: number, restMs: number) => {
    parser.pushKey(key);
    parser.push(String(hits), String(Math.ceil(restMs)));
  },
  transformReply: () => undefined,
});
