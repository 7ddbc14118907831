import {
  type EventType,
  events,
  type WorkingService,
  workSubscriptions,
} from '@jetbridge/contracts/events/catalogue.ts';
import type { InternalTokens } from '../auth/internal-tokens.ts';
import type { EventSettings } from '../config/profile.ts';
import type { BackendService, ServiceUrls } from '../config/service-urls.ts';
import type { Database } from '../database/open-database.ts';
import type { BoundRoute } from '../http/app.ts';
import { createServiceClient } from '../http/service-client.ts';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';
import { connectBroker } from './amqp/broker.ts';
import { createWorkConsumer } from './amqp/consumer.ts';
import { createOutboxRelay } from './amqp/relay.ts';
import { createFeedConsumer } from './feed/consumer.ts';
import { feedRoute } from './feed/producer.ts';
import type { AnyHandlers, WorkHandlers } from './receive.ts';

/** How long an event may wait at most when nothing else is going on. */
const idleMs = 250;
const feedTimeoutMs = 5_000;

type EventsOptions = {
  readonly service: BackendService;
  readonly settings: EventSettings;
  readonly database: Database;
  readonly serviceUrls: ServiceUrls;
  readonly tokens: InternalTokens;
  readonly log: Logger;
  /** What this service does on the events of `workSubscriptions`; nothing for a service that only publishes. */
  readonly handlers?: BackendService extends infer S ? (S extends WorkingService ? WorkHandlers<S> : never) : never;
};

/** The routes through which others pull this service's events; none where a broker carries them. */
export function eventRoutes(options: Pick<EventsOptions, 'service' | 'settings' | 'database'>): BoundRoute[] {
  return options.settings.transport === 'feed' ? [feedRoute(options.database, options.service)] : [];
}

/** Starts carrying this service's events to others, and theirs to it, by the transport that was chosen. */
export async function startEvents(options: EventsOptions): Promise<Stoppable> {
  return options.settings.transport === 'amqp'
    ? startWithBroker(options, options.settings.url)
    : startWithFeed(options);
}

async function startWithBroker(options: EventsOptions, url: string): Promise<Stoppable> {
  const { service, database, log, handlers } = options;
  const consumer = handlers && createWorkConsumer({ service, database, log, handlers: handlers as AnyHandlers });
  const broker = await connectBroker({ url, log, ...(consumer ? { onChannel: consumer.consume } : {}) });
  const relay = createOutboxRelay({ database, broker });
  const loop = startLoop({ name: 'outbox-relay', runOnce: relay.runOnce, idleMs, log });
  return {
    stop: async () => {
      await consumer?.stop();
      await loop.stop();
      await relay.stop();
      await broker.close();
    },
  };
}

async function startWithFeed(options: EventsOptions): Promise<Stoppable> {
  const { service, database, serviceUrls, tokens, log, handlers } = options;
  if (!handlers) return { stop: async () => {} };
  const consumers = producersFor(service).map((producer) => {
    const client = createServiceClient({ urls: serviceUrls[producer], tokens, timeoutMs: feedTimeoutMs });
    const consumer = createFeedConsumer({ database, producer, client, handlers: handlers as AnyHandlers, log });
    return { consumer, loop: startLoop({ name: `feed:${producer}`, runOnce: consumer.runOnce, idleMs, log }) };
  });
  return {
    stop: async () => {
      await Promise.all(consumers.map(({ loop }) => loop.stop()));
      await Promise.all(consumers.map(({ consumer }) => consumer.stop()));
    },
  };
}

/** The services whose events this one works on. */
function producersFor(service: BackendService): BackendService[] {
  const types: readonly EventType[] = service in workSubscriptions ? workSubscriptions[service as WorkingService] : [];
  return [...new Set(types.map((type) => events[type].producer))];
}
