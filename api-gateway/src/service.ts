import { type KeySet, keySet } from '@jetbridge/contracts/identity/routes.ts';
import { createAccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createGatewayApp } from './app.ts';
import type { Config } from './config.ts';
import { createAccessLog, type LineSink } from './http/access-log.ts';
import { confirmCallers } from './http/confirm-callers.ts';
import { openLimits } from './limits/open-limits.ts';
import { InstanceFell } from './proxy/failures.ts';
import { createForwarding } from './proxy/forward.ts';
import { wantsWebSocket } from './proxy/wants-web-socket.ts';
import { startSimulatedFailures } from './simulated-failures/simulate-failures.ts';
import { askService } from './upstreams/ask-service.ts';
import { type ResolveName, resolveBySystem, startDiscovery } from './upstreams/discovery.ts';
import { startHealthChecks } from './upstreams/health-checks.ts';
import type { Instance } from './upstreams/instance.ts';
import { createUpstreams, type Upstreams } from './upstreams/upstreams.ts';

const keySetPath = '/.well-known/jwks.json';
const keySetTimeoutMs = 2_000;
const profileTimeoutMs = 2_000;

/**
 * Puts the gateway together.
 * @param surroundings.accessLog takes its lines, one for each request.
 * @param surroundings.resolveName finds the addresses behind the names of services; the system's own way if not given.
 */
export function createGateway(surroundings: { accessLog: LineSink; resolveName?: ResolveName }): CreateService<Config> {
  return async (config, context) => {
    const { log, owned } = context;
    let stopping = false;
    const dropLines = context.metrics.counter({
      name: 'jetbridge_access_log_lines_dropped_total',
      help: 'Lines of the access log that nobody took',
      labelNames: [],
    });
    const accessLog = createAccessLog(surroundings.accessLog, (lines) => dropLines({}, lines));
    owned.defer(accessLog.flush);
    const limits = await openLimits(config.limits, context);
    const upstreams = createUpstreams(config.upstreams.urls);
    const discovery = await startDiscovery({
      pools: Object.values(upstreams.pools),
      resolve: surroundings.resolveName ?? resolveBySystem,
      log,
    });
    owned.defer(discovery.stop);
    const healthChecks = await startHealthChecks({
      instances: upstreams.all,
      onFall: (instance) => giveUpWaitingReads(instance, upstreams),
      everyMs: config.upstreams.healthCheckEveryMs,
      log,
    });
    owned.defer(healthChecks.stop);
    const forwarding = createForwarding({
      upstreams,
      timeoutMs: config.upstreams.timeoutMs,
      connectTimeoutMs: config.upstreams.connectTimeoutMs,
      trustedProxies: config.trustedProxies,
      webSocketsPerAddress: config.webSocketsPerAddress,
      log,
    });
    owned.defer(forwarding.close);
    const verifier = createAccessTokenVerifier({ loadKeys: () => loadKeys(upstreams), log });
    const confirmedTokens = confirmCallers(verifier, (token) => askForProfile(token, upstreams));
    const simulateFailure = config.production
      ? undefined
      : await startSimulatedFailures({ pools: Object.values(upstreams.pools), ...config.limits }, context);
    return {
      ...createGatewayApp({
        config,
        log,
        accessLog,
        verifier,
        confirmedTokens,
        limits,
        upstreams,
        forwarding,
        simulateFailure,
        isStopping: () => stopping,
      }),
      acceptsUpgrade: wantsWebSocket,
      leave: () => {
        stopping = true;
        forwarding.endWebSockets();
      },
    };
  };
}

/** Reads that wait for an instance which turned out to be down go to another, if there is one. */
function giveUpWaitingReads(instance: Instance, upstreams: Upstreams): void {
  if (!upstreams.pools[instance.service].hasWellBeside(instance)) return;
  for (const waiting of instance.waitingReads.requests()) waiting.destroy(new InstanceFell('The instance is down.'));
}

/** The public keys of access tokens, from an instance of auth-service that is well. */
async function loadKeys(upstreams: Upstreams): Promise<KeySet> {
  const { status, body } = await askService(upstreams, 'auth-service', keySetPath, { timeoutMs: keySetTimeoutMs });
  if (status !== 200) throw new Error(`The key set of auth-service answered ${status}.`);
  return keySet.parse(JSON.parse(body));
}

/** The status by which auth-service answers the owner of a token who asks for their profile. */
async function askForProfile(token: string, upstreams: Upstreams): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await askService(upstreams, 'auth-service', '/users/me', { timeoutMs: profileTimeoutMs, headers })).status;
}
