import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { ServiceContext } from '@jetbridge/service-kit/lifecycle/service.ts';
import type { LimitSettings } from '../config.ts';
import { openHitCounter } from './hit-counter.ts';
import { createLimits, type Limits, noLimits, type StoreOf } from './limits.ts';
import { openRedisStores } from './redis-stores.ts';
import { createSqliteStore } from './sqlite-store.ts';

const cleanEveryMs = 10_000;

/** The limits as the settings want them, with their counters opened. */
export async function openLimits(settings: LimitSettings, context: ServiceContext): Promise<Limits> {
  if (settings.perAddressAndMinute === 0) return noLimits;
  const storeOf = settings.redisUrl
    ? await openInRedis(settings.redisUrl, context)
    : openOnThisMachine(settings, context);
  return createLimits(settings, storeOf, context.log);
}

async function openInRedis(url: string, { log, owned }: ServiceContext): Promise<StoreOf> {
  const redis = await openRedisStores(url, log);
  owned.defer(redis.close);
  return redis.storeOf;
}

function openOnThisMachine(settings: LimitSettings, { log, owned }: ServiceContext): StoreOf {
  mkdirSync(settings.dataFolder, { recursive: true });
  const counter = openHitCounter(join(settings.dataFolder, 'gateway-limits.sqlite'));
  owned.defer(counter.close);
  const cleaning = startLoop({
    name: 'remove ended limits',
    runOnce: async () => counter.removeEnded(),
    idleMs: cleanEveryMs,
    log,
  });
  owned.defer(cleaning.stop);
  return (budget) => createSqliteStore(counter, budget);
}
