import type { BackendService, ServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import { createInstance, type Instance, isWell } from './instance.ts';

/**
 * The most requests one instance has from this process; above, a client hears 503. High, because a request whose body
 * comes slowly is one of them, and costs next to nothing.
 */
export const maximumInFlight = 10_000;

export type ServiceStates = Readonly<Record<BackendService, { status: 'up' | 'down'; latencyMs: number }>>;

/** The services behind the gateway, with all their instances. */
export type Upstreams = {
  readonly all: readonly Instance[];
  /**
   * The instance that shall have the next request of a service: of those that are well, the one with the fewest
   * requests. When none is well all are tried, because who is alone must not be shut out by its bad record. Nothing
   * when all are full, or failed at this request before.
   */
  readonly choose: (service: BackendService, failed?: readonly Instance[]) => Instance | undefined;
  readonly states: () => ServiceStates;
};

export function createUpstreams(urls: ServiceUrls): Upstreams {
  const instances = {
    'auth-service': urls['auth-service'].map((url) => createInstance('auth-service', url)),
    'flight-search-service': urls['flight-search-service'].map((url) => createInstance('flight-search-service', url)),
    'booking-service': urls['booking-service'].map((url) => createInstance('booking-service', url)),
    'reminder-service': urls['reminder-service'].map((url) => createInstance('reminder-service', url)),
  } satisfies Record<BackendService, Instance[]>;

  return {
    all: Object.values(instances).flat(),
    choose: (service, failed) => chooseAmong(instances[service], failed),
    states: () => ({
      'auth-service': stateOf(instances['auth-service']),
      'flight-search-service': stateOf(instances['flight-search-service']),
      'booking-service': stateOf(instances['booking-service']),
      'reminder-service': stateOf(instances['reminder-service']),
    }),
  };
}

function chooseAmong(instances: readonly Instance[], failed: readonly Instance[] | undefined): Instance | undefined {
  const nowMs = Date.now();
  let chosen: Instance | undefined;
  let chosenIsWell = false;
  for (const instance of instances) {
    if (instance.inFlight >= maximumInFlight || failed?.includes(instance)) continue;
    const well = isWell(instance, nowMs);
    if (chosen && chosenIsWell && !well) continue;
    if (chosen && chosenIsWell === well && chosen.inFlight <= instance.inFlight) continue;
    chosen = instance;
    chosenIsWell = well;
  }
  return chosen;
}

/** A service is up while one of its instances is; its latency is that of the quickest such, else of the last look. */
function stateOf(instances: readonly Instance[]): { status: 'up' | 'down'; latencyMs: number } {
  const up = instances.filter((instance) => instance.isUp);
  const latencies = (up.length > 0 ? up : instances).map((instance) => instance.latencyMs);
  return { status: up.length > 0 ? 'up' : 'down', latencyMs: Math.min(...latencies) };
}
