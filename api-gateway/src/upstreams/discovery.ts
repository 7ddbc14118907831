import { ADDRCONFIG } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { type Stoppable, startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import type { Pool } from './pool.ts';

/** However long a name server says that its answer holds: instances come and go within seconds. */
const everyMs = 5_000;

/** More instances of one service than anybody runs. */
const maximumAddresses = 100;

/** The addresses that a name stands for. @throws when nobody can say so. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** As every program on this machine would: by its hosts file, its name servers, and those of containers. */
export const resolveBySystem: ResolveName = async (name) => {
  // Addresses of a family that this machine has no way to would be instances that are always down.
  const found = await lookup(name, { all: true, hints: ADDRCONFIG });
  return found.map(({ address }) => address);
};

/**
 * Finds out which addresses stand behind the names in the settings, once and then again and again. Resolves after the
 * first time, whatever came of it: a name that can't be resolved keeps the addresses it had.
 */
export async function startDiscovery(options: {
  pools: readonly Pool[];
  resolve: ResolveName;
  log: Logger;
}): Promise<Stoppable> {
  const { pools, resolve, log } = options;
  const warn = createSeldomWarning(log, 'the name of a service could not be resolved');
  const names = pools.flatMap((pool) => pool.namedUrls.map((url) => ({ pool, url, name: new URL(url).hostname })));
  if (names.length === 0) return { stop: async () => {} };

  async function resolveOne({ pool, url, name }: (typeof names)[number]): Promise<void> {
    try {
      const addresses = [...new Set(await resolve(name))].toSorted().slice(0, maximumAddresses);
      if (addresses.length === 0) throw new Error('It has no address.');
      pool.setAddresses(url, addresses);
    } catch (error) {
      warn({ upstream: pool.service, name, error });
    }
  }
  const resolveAll = async () => {
    await Promise.all(names.map(resolveOne));
    return 0;
  };
  await resolveAll();
  return startLoop({ name: 'discovery of instances', runOnce: resolveAll, idleMs: everyMs, log });
}
