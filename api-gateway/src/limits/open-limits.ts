import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { ServiceContext } from '@jetbridge/service-kit/lifecycle/service.ts';
import type { LimitSettings } from '../config.ts';
import { windowMs } from './budgets.ts';
import { openHitCounter } from './hit-counter.ts';
import { createLeases, type Leases } from './leases.ts';
import { createLimits, type Limits, noLimits, type StoreOf } from './limits.ts';
import { openRedisCounter } from './redis-counter.ts';
import type { SharedCounter } from './shared-counter.ts';
import { createSharedStore } from './shared-store.ts';

const cleanEveryMs = 10_000;

/** What nobody hit for so long goes back to the other processes. */
const giveBackEveryMs = 250;

/** The limits as the settings want them, with their counters opened. */
export async function openLimits(settings: LimitSettings, context: ServiceContext): Promise<Limits> {
  if (settings.perAddressAndMinute === 0) return noLimits;
  const { log, owned, metrics } = context;
  const counter = settings.redisUrl
    ? await openInRedis(settings.redisUrl, context)
    : openOnThisMachine(settings, context);
  const leases: Leases[] = [];
  const storeOf: StoreOf = (budget, limit) => {
    const ofBudget = createLeases(counter, { limit, windowMs });
    leases.push(ofBudget);
    return createSharedStore(budget, counter, ofBudget);
  };
  const limits = createLimits({ settings, storeOf, log, metrics });
  const givingBack = startLoop({
    name: 'give back idle hits',
    runOnce: async () => {
      await Promise.all(leases.map((ofBudget) => ofBudget.giveBackIdle()));
      return 0;
    },
    idleMs: giveBackEveryMs,
    log,
  });
  owned.defer(async () => {
    await givingBack.stop();
    // With the counter away there is nobody to give them back to.
    await Promise.allSettled(leases.map((ofBudget) => ofBudget.giveBackAll()));
  });
  return limits;
}

async function openInRedis(url: string, { log, owned }: ServiceContext): Promise<SharedCounter> {
  const counter = await openRedisCounter(url, log);
  owned.defer(counter.close);
  return counter;
}

function openOnThisMachine(settings: LimitSettings, { log, owned }: ServiceContext): SharedCounter {
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
  return counter;
}
