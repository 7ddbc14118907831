import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';
import { chooseInstance, isWell } from './choose-instance.ts';
import { createInstance, type Instance } from './instance.ts';

/** All instances of one service. */
export type Pool = {
  readonly service: BackendService;
  readonly instances: () => readonly Instance[];
  /** The instance for the next request; see `chooseInstance`. Nothing while a failure of the service is simulated. */
  readonly choose: (failed?: readonly Instance[]) => Instance | undefined;
  /** Whether a request that leaves `instance` would find a better one. */
  readonly hasWellBeside: (instance: Instance) => boolean;
  /** URLs of its setting whose host is a name that stands for addresses. */
  readonly namedUrls: readonly string[];
  /** What such a name stands for now. Instances at addresses that stay are kept as they are. */
  readonly setAddresses: (url: string, addresses: readonly string[]) => void;
  readonly isFailing: () => boolean;
  readonly simulateFailure: (isFailing: boolean) => void;
};

export function createPool(service: BackendService, urls: readonly string[]): Pool {
  /** By URL of the setting, in its order. */
  const byUrl = new Map(
    urls.map((url): [string, Instance[]] => [url, isNamed(url) ? [] : [createInstance(service, url)]]),
  );
  let all = [...byUrl.values()].flat();
  let turn = 0;
  let failing = false;

  return {
    service,
    instances: () => all,
    choose: (failed) => {
      if (failing) return undefined;
      turn = (turn + 1) % Number.MAX_SAFE_INTEGER;
      return chooseInstance(all, { nowMs: Date.now(), turn, failed });
    },
    hasWellBeside: (instance) => !failing && all.some((other) => other !== instance && isWell(other)),
    namedUrls: urls.filter(isNamed),
    setAddresses: (url, addresses) => {
      const known = new Map((byUrl.get(url) ?? []).map((instance) => [instance.target.hostname, instance]));
      // The first ones have nobody beside them who could do their work until they were looked at.
      const isUp = all.length === 0;
      const present = addresses.map((address) => known.get(address) ?? createInstance(service, url, { address, isUp }));
      byUrl.set(url, present);
      all = [...byUrl.values()].flat();
    },
    isFailing: () => failing,
    simulateFailure: (isFailing) => {
      failing = isFailing;
    },
  };
}

/**
 * Whether the host of a URL is a name to look up again and again. `localhost` is this machine, and stands for two addresses
 * of which a service listens on one.
 */
function isNamed(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname !== 'localhost' && !hostname.startsWith('[') && !/^[\d.]+$/.test(hostname);
}
