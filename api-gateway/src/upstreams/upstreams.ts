import type { BackendService, ServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import type { Instance } from './instance.ts';
import { createPool, type Pool } from './pool.ts';

export type ServiceStates = Readonly<Record<BackendService, { status: 'up' | 'down'; latencyMs: number }>>;

/** The services behind the gateway, with all their instances. */
export type Upstreams = {
  readonly pools: Readonly<Record<BackendService, Pool>>;
  readonly all: () => readonly Instance[];
  /** The instance that shall have the next request of a service, other than those that failed at it before. */
  readonly choose: (service: BackendService, failed?: readonly Instance[]) => Instance | undefined;
  readonly states: () => ServiceStates;
};

export function createUpstreams(urls: ServiceUrls): Upstreams {
  const pools = {
    'auth-service': createPool('auth-service', urls['auth-service']),
    'flight-search-service': createPool('flight-search-service', urls['flight-search-service']),
    'booking-service': createPool('booking-service', urls['booking-service']),
    'reminder-service': createPool('reminder-service', urls['reminder-service']),
  } satisfies Record<BackendService, Pool>;

  return {
    pools,
    all: () => Object.values(pools).flatMap((pool) => pool.instances()),
    choose: (service, failed) => pools[service].choose(failed),
    states: () => ({
      'auth-service': stateOf(pools['auth-service']),
      'flight-search-service': stateOf(pools['flight-search-service']),
      'booking-service': stateOf(pools['booking-service']),
      'reminder-service': stateOf(pools['reminder-service']),
    }),
  };
}

/** A service is up while one of its instances is; its latency is that of the quickest such, else of the last look. */
export function stateOf(pool: Pool): { status: 'up' | 'down'; latencyMs: number } {
  const instances = pool.instances();
  const up = instances.filter(({ health }) => health.isUp);
  const latencies = (up.length > 0 ? up : instances).map(({ health }) => health.latencyMs);
  return {
    status: up.length > 0 && !pool.isFailing() ? 'up' : 'down',
    latencyMs: latencies.length > 0 ? Math.min(...latencies) : 0,
  };
}
