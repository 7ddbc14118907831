import type { WorkingService } from '@jetbridge/contracts/events/catalogue.ts';
import { type AccessChanges, readAccessChangesRoute } from '@jetbridge/contracts/identity/internal.ts';
import type { KeySet } from '@jetbridge/contracts/identity/routes.ts';
import { createAccessTokenVerifier } from '../auth/access-tokens.ts';
import { followAccessChanges } from '../auth/access-watch.ts';
import { createInternalTokens } from '../auth/internal-tokens.ts';
import type { Profile } from '../config/profile.ts';
import type { BackendService, ServiceUrls } from '../config/service-urls.ts';
import { migrate } from '../database/migrate.ts';
import { type Database, openDatabase } from '../database/open-database.ts';
import { type BroadcastHandlers, startBroadcast } from '../events/broadcast.ts';
import { showEventMetrics } from '../events/event-metrics.ts';
import type { WorkHandlers } from '../events/receive.ts';
import { eventRoutes, startEvents } from '../events/start-events.ts';
import { type BoundRoute, createHttpApp } from '../http/app.ts';
import type { HttpProblem } from '../http/problems.ts';
import { createServiceClient, type ServiceClient } from '../http/service-client.ts';
import type { Logger } from '../log/logger.ts';
import { type Clock, realClock } from '../time/clock.ts';
import { followSandboxClock } from '../time/follow-clock.ts';
import { type LoopOptions, type Stoppable, startLoop } from './loop.ts';
import type { ListeningConfig, Service, ServiceContext } from './service.ts';

/** What the config of every service with a database holds. */
export type ServiceConfig = ListeningConfig & {
  readonly profile: Profile;
  readonly serviceUrls: ServiceUrls;
  readonly logLevel: string;
};

/** What a service with a database stands on. */
export type ServiceBase<S extends BackendService> = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly clientOf: (service: BackendService, timeoutMs?: number) => ServiceClient;
  /** Opens the doors: routes, events, and what runs in the background. */
  readonly serve: (parts: {
    routes: readonly BoundRoute[];
    translateError: (error: unknown) => HttpProblem | undefined;
    handlers?: S extends WorkingService ? WorkHandlers<S> : never;
    /** What each process keeps in memory: read anew before it is ready, and then kept current by events. */
    memory?: { readonly handlers: BroadcastHandlers; readonly onReload: () => Promise<void> };
    jobs?: readonly Omit<LoopOptions, 'log'>[];
    /** Given by the service that makes the access tokens; all others ask it for its keys and changes. */
    ownAccess?: OwnAccess;
  }) => Promise<Service>;
};

/** The keys of access tokens, and what becomes outdated before it ends, where they are made. */
type OwnAccess = {
  readonly loadKeys: () => Promise<KeySet>;
  readonly readChanges: (after: number | undefined) => Promise<AccessChanges>;
};

const defaultTimeoutMs = 2_000;

/**
 * Opens the database, brings its schema up to date, and connects to the other services. What is opened is closed in
 * reverse order by `context.owned`.
 * @param options.clock given by the service that keeps the sandbox clock, in its database; all others follow it. Not used
 * in production, where business time is real time.
 */
export async function openServiceBase<S extends BackendService>(
  service: S,
  options: {
    config: ServiceConfig;
    context: ServiceContext;
    migrations: URL;
    clock?: (database: Database) => Promise<Clock & Stoppable>;
  },
): Promise<ServiceBase<S>> {
  const { config, migrations } = options;
  const { log, owned, metrics } = options.context;
  const { internalSecret, events: settings } = config.profile;
  const { serviceUrls } = config;
  const database = await openDatabase(config.profile.database, log);
  owned.defer(database.close);
  await migrate(database, migrations, log);
  const tokens = createInternalTokens({ from: service, secret: internalSecret });
  const clientOf = (other: BackendService, timeoutMs = defaultTimeoutMs) =>
    createServiceClient({ urls: serviceUrls[other], tokens, timeoutMs });

  async function chooseClock(): Promise<Clock> {
    if (config.profile.production) return realClock;
    const clock = await (options.clock?.(database) ?? followSandboxClock(clientOf('reminder-service', 1_000), log));
    owned.defer(clock.stop);
    return clock;
  }

  async function openAccessTokens(own: OwnAccess | undefined) {
    const auth = clientOf('auth-service');
    const askAuth = (after: number | undefined) =>
      auth.call(readAccessChangesRoute, { query: after === undefined ? {} : { after } });
    const watch = await followAccessChanges({ read: own?.readChanges ?? askAuth, log });
    owned.defer(watch.stop);
    const keys = own ?? { keySetUrl: `${serviceUrls['auth-service'][0]}/.well-known/jwks.json` };
    return createAccessTokenVerifier({ ...keys, log, watch });
  }

  return {
    database,
    clock: await chooseClock(),
    log,
    clientOf,
    serve: async (parts) => {
      let ready = true;
      const accessTokens = await openAccessTokens(parts.ownAccess);
      const routes = [...parts.routes, ...eventRoutes({ service, settings, database })];
      const { translateError } = parts;
      const isReady = () => ready;
      const listener = createHttpApp({ service, log, routes, accessTokens, internalSecret, translateError, isReady });
      const { handlers } = parts;
      showEventMetrics(metrics, database, settings);
      const events = await startEvents({
        service,
        settings,
        retention: config.profile.retention,
        database,
        serviceUrls,
        tokens,
        log,
        ...(handlers ? { handlers } : {}),
      });
      owned.defer(events.stop);
      if (parts.memory) {
        const following = { service, settings, database, serviceUrls, tokens, log };
        owned.defer((await startBroadcast({ ...following, ...parts.memory })).stop);
      }
      for (const job of parts.jobs ?? []) owned.defer(startLoop({ ...job, log }).stop);
      return {
        listener,
        leave: () => {
          ready = false;
        },
      };
    },
  };
}
