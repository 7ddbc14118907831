import { type EventType, type WorkingService, workSubscriptions } from '@jetbridge/contracts/events/catalogue.ts';
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
import { createDeadLetterKeeper } from './amqp/dead-letter-keeper.ts';
import { createOutboxRelay } from './amqp/relay.ts';
import { createReplayer } from './dead-letters.ts';
import { createFeedConsumer } from './feed/consumer.ts';
import { feedRoutes } from './feed/producer.ts';
import { remoteFeed } from './feed/source.ts';
import { producersOf } from './producers.ts';
import type { AnyHandlers, WorkHandlers } from './receive.ts';
import { purgeOnce, type Retention } from './retention.ts';

/** How long an event may wait at most when nothing else is going on. */
const idleMs = 250;
const feedTimeoutMs = 5_000;

/** How soon a letter is tried again after somebody asked for it. */
const replayIdleMs = 1_000;
const purgeEveryMs = 3_600_000;

export type EventsOptions = {
  readonly service: BackendService;
  readonly settings: EventSettings;
  readonly retention: Retention;
  readonly database: Database;
  readonly serviceUrls: ServiceUrls;
  readonly tokens: InternalTokens;
  readonly log: Logger;
  /** What this service does on the events of `workSubscriptions`; nothing for a service that only publishes. */
  readonly handlers?: BackendService extends infer S ? (S extends WorkingService ? WorkHandlers<S> : never) : never;
};

export type RunningEvents = Stoppable & {
  /** What keeps events from flowing until somebody repairs it, in sentences; empty when all is well. */
  readonly problems: () => readonly string[];
};

/** The routes through which others pull this service's events; none where a broker carries them. */
export function eventRoutes(options: Pick<EventsOptions, 'service' | 'settings' | 'database'>): BoundRoute[] {
  return options.settings.transport === 'feed' ? feedRoutes(options.database, options.service) : [];
}

/**
 * Starts carrying this service's events to others, and theirs to it, by the transport that was chosen; replays dead
 * letters that somebody asked for, and deletes what is old.
 */
export async function startEvents(options: EventsOptions): Promise<RunningEvents> {
  const { settings } = options;
  const transport = await (settings.transport === 'amqp'
    ? startWithBroker(options, settings.url)
    : startWithFeed(options));
  const chores = startChores(options);
  return {
    problems: transport.problems,
    stop: async () => {
      await chores.stop();
      await transport.stop();
    },
  };
}

async function startWithBroker(options: EventsOptions, url: string): Promise<RunningEvents> {
  const { service, database, log, handlers } = options;
  const readers = handlers
    ? [
        createWorkConsumer({ service, database, log, handlers: handlers as AnyHandlers }),
        createDeadLetterKeeper({ service, database, log }),
      ]
    : [];
  const broker = await connectBroker({
    url,
    log,
    onChannel: async (channel) => {
      for (const reader of readers) await reader.consume(channel);
    },
  });
  const relay = createOutboxRelay({ database, broker });
  const loop = startLoop({ name: 'outbox-relay', runOnce: relay.runOnce, idleMs, log });
  return {
    problems: () => [],
    stop: async () => {
      await Promise.all(readers.map((reader) => reader.stop()));
      await loop.stop();
      await relay.stop();
      await broker.close();
    },
  };
}

async function startWithFeed(options: EventsOptions): Promise<RunningEvents> {
  const { service, database, serviceUrls, tokens, log, handlers } = options;
  if (!handlers) return { problems: () => [], stop: async () => {} };
  const consumers = producersFor(service).map((producer) => {
    const client = createServiceClient({ urls: serviceUrls[producer], tokens, timeoutMs: feedTimeoutMs });
    const source = remoteFeed(producer, client);
    const consumer = createFeedConsumer({ database, producer, source, handlers: handlers as AnyHandlers, log });
    return { consumer, loop: startLoop({ name: `feed:${producer}`, runOnce: consumer.runOnce, idleMs, log }) };
  });
  return {
    problems: () => consumers.flatMap(({ consumer }) => consumer.problem() ?? []),
    stop: async () => {
      await Promise.all(consumers.map(({ loop }) => loop.stop()));
      await Promise.all(consumers.map(({ consumer }) => consumer.stop()));
    },
  };
}

function startChores({ settings, retention, database, log, handlers }: EventsOptions): Stoppable {
  const rules = { ...retention, transport: settings.transport };
  const purge = startLoop({
    name: 'event-retention',
    runOnce: () => purgeOnce(database, rules, Date.now()),
    idleMs: purgeEveryMs,
    log,
  });
  const replayer = handlers && createReplayer({ database, handlers: handlers as AnyHandlers });
  const replay =
    replayer && startLoop({ name: 'dead-letter-replay', runOnce: replayer.runOnce, idleMs: replayIdleMs, log });
  return {
    stop: async () => {
      await purge.stop();
      await replay?.stop();
      await replayer?.stop();
    },
  };
}

/** The services whose events this one works on. */
function producersFor(service: BackendService): BackendService[] {
  const types: readonly EventType[] = service in workSubscriptions ? workSubscriptions[service as WorkingService] : [];
  return [...new Set(types.flatMap(producersOf))];
}
