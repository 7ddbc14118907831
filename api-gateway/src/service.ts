import { type KeySet, keySet } from '@jetbridge/contracts/identity/routes.ts';
import { createAccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createGatewayApp } from './app.ts';
import type { Config } from './config.ts';
import { createAccessLog, type LineSink } from './http/access-log.ts';
import { openLimits } from './limits/open-limits.ts';
import { createForwarding } from './proxy/forward.ts';
import { startHealthChecks } from './upstreams/health-checks.ts';
import { createUpstreams, type Upstreams } from './upstreams/upstreams.ts';

const keySetTimeoutMs = 2_000;

/** Puts the gateway together. `accessLog` takes its lines, one for each request. */
export function createGateway(outputs: { accessLog: LineSink }): CreateService<Config> {
  return async (config, context) => {
    const { log, owned } = context;
    let stopping = false;
    const dropLines = context.metrics.counter({
      name: 'jetbridge_access_log_lines_dropped_total',
      help: 'Lines of the access log that nobody took',
      labelNames: [],
    });
    const accessLog = createAccessLog(outputs.accessLog, (lines) => dropLines({}, lines));
    owned.defer(accessLog.flush);
    const limits = await openLimits(config.limits, context);
    const upstreams = createUpstreams(config.upstreams.urls);
    const healthChecks = await startHealthChecks({
      instances: upstreams.all,
      everyMs: config.upstreams.healthCheckEveryMs,
      log,
    });
    owned.defer(healthChecks.stop);
    const forwarding = createForwarding({
      upstreams,
      timeoutMs: config.upstreams.timeoutMs,
      connectTimeoutMs: config.upstreams.connectTimeoutMs,
      trustedProxies: config.trustedProxies,
      log,
    });
    owned.defer(forwarding.close);
    const verifier = createAccessTokenVerifier({ loadKeys: () => loadKeys(upstreams), log });
    const isStopping = () => stopping;
    return {
      listener: createGatewayApp({ config, log, accessLog, verifier, limits, upstreams, forwarding, isStopping }),
      leave: () => {
        stopping = true;
      },
    };
  };
}

/** The public keys of access tokens, from an instance of auth-service that is well. */
async function loadKeys(upstreams: Upstreams): Promise<KeySet> {
  const instance = upstreams.choose('auth-service');
  if (!instance) throw new Error('All instances of auth-service are at their limit of requests.');
  const response = await fetch(`${instance.url}/.well-known/jwks.json`, {
    signal: AbortSignal.timeout(keySetTimeoutMs),
  });
  if (!response.ok) throw new Error(`The key set of auth-service answered ${response.status}.`);
  return keySet.parse(await response.json());
}
