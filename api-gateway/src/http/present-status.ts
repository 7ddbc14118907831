import type { SystemStatus } from '@jetbridge/contracts/system/status-routes.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Instance } from '../upstreams/instance.ts';
import type { Pool } from '../upstreams/pool.ts';
import { stateOf, type Upstreams } from '../upstreams/upstreams.ts';

/** All services as this process sees them. */
export function presentStatus({ pools }: Upstreams, options: { showsAddresses: boolean }): SystemStatus {
  const services = {
    'auth-service': presentService(pools['auth-service'], options),
    'flight-search-service': presentService(pools['flight-search-service'], options),
    'booking-service': presentService(pools['booking-service'], options),
    'reminder-service': presentService(pools['reminder-service'], options),
  };
  const isDegraded = Object.values(services).some(({ status }) => status === 'down');
  return { status: isDegraded ? 'degraded' : 'ok', services };
}

type ServiceStatus = SystemStatus['services'][keyof SystemStatus['services']];

function presentService(pool: Pool, options: { showsAddresses: boolean }): ServiceStatus {
  return {
    status: stateOf(pool).status,
    simulatedFailure: pool.isFailing(),
    instances: pool.instances().map((instance) => ({
      state: pool.isFailing() ? 'open' : stateOfInstance(instance),
      lastCheckAt: instance.health.lookedAtMs === undefined ? null : toInstant(instance.health.lookedAtMs),
      latencyMs: instance.health.latencyMs,
      inFlight: instance.inFlight,
      ...(options.showsAddresses ? { address: instance.url } : {}),
    })),
  };
}

function stateOfInstance({ health, circuit }: Instance): 'up' | 'down' | 'open' {
  if (!health.isUp) return 'down';
  return circuit.state === 'closed' ? 'up' : 'open';
}
