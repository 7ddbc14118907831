import type { EventData, EventType } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { createServiceClient } from '../http/service-client.ts';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';
import { wait } from '../time/wait.ts';
import { createBroadcastConsumer } from './amqp/broadcast.ts';
import { connectBroker } from './amqp/broker.ts';
import { createFeedBroadcast } from './feed/broadcast.ts';
import { localFeed } from './feed/producer.ts';
import { remoteFeed } from './feed/source.ts';
import { producersOf } from './producers.ts';
import { parseEventData } from './receive.ts';
import type { EventsOptions } from './start-events.ts';

/** What a process does with each event it hears for itself. An event may come twice, and before the reload ends. */
export type BroadcastHandlers = {
  readonly [T in EventType]?: (event: { id: string; data: EventData<T> }) => Promise<void> | void;
};

type BroadcastOptions = Omit<EventsOptions, 'handlers' | 'retention'> & {
  readonly handlers: BroadcastHandlers;
  /** Reads everything anew: at the start, and whenever events may have been missed. Never runs twice at once. */
  readonly onReload: () => Promise<void>;
};

/** What the transports hand events to. */
export type BroadcastReceiver = {
  readonly receive: (envelope: EventEnvelope) => Promise<void>;
  readonly reload: () => Promise<void>;
};

/** How long an event may wait at most on a feed. */
const idleMs = 250;
const feedTimeoutMs = 5_000;

/** A start waits this long for brokers and producers that are away; then it reloads and goes on without them. */
const patienceMs = 5_000;

/**
 * Hears events in this process alone, to refresh what it has in memory: no inbox, no retries; whatever goes wrong ends in
 * a reload. Returns after the first reload, so that who starts it is ready then.
 * @throws what the first `onReload` throws when nobody could be reached.
 */
export async function startBroadcast(options: BroadcastOptions): Promise<Stoppable> {
  const types = Object.keys(options.handlers) as EventType[];
  const receiver = createReceiver(options);
  const following = Promise.withResolvers<void>();
  const start = options.settings.transport === 'amqp' ? startOnBroker : startOnFeeds;
  const running = await start({ ...options, types, receiver, onFollowing: following.resolve });
  const patience = new AbortController();
  await Promise.race([following.promise, wait(patienceMs, patience.signal)]);
  patience.abort();
  try {
    if (!receiver.hasLoaded()) await receiver.reload();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

type StartOptions = BroadcastOptions & {
  readonly types: readonly EventType[];
  readonly receiver: BroadcastReceiver;
  readonly onFollowing: () => void;
};

async function startOnBroker({ settings, types, receiver, log, onFollowing }: StartOptions): Promise<Stoppable> {
  if (settings.transport !== 'amqp') throw new Error('This is started only where there is a broker.');
  const consumer = createBroadcastConsumer({ types, receiver, log, onFollowing });
  const broker = await connectBroker({ url: settings.url, log, onChannel: consumer.consume });
  return { stop: broker.close };
}

async function startOnFeeds(options: StartOptions): Promise<Stoppable> {
  const { service, database, serviceUrls, tokens, types, receiver, log, onFollowing } = options;
  const producers = [...new Set(types.flatMap(producersOf))];
  let missing = producers.length;
  const loops = producers.map((producer) => {
    // A service does not listen yet while it starts, so it reads its own outbox itself.
    const source =
      producer === service
        ? localFeed(database)
        : remoteFeed(producer, createServiceClient({ urls: serviceUrls[producer], tokens, timeoutMs: feedTimeoutMs }));
    const broadcast = createFeedBroadcast({
      source,
      types: types.filter((type) => producersOf(type).includes(producer)),
      receiver,
      log,
      onFollowing: once(() => {
        missing -= 1;
        if (missing === 0) onFollowing();
      }),
    });
    return startLoop({ name: `broadcast:${producer}`, runOnce: broadcast.runOnce, idleMs, log });
  });
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

function createReceiver({
  handlers,
  onReload,
  log,
}: {
  handlers: BroadcastHandlers;
  onReload: BroadcastOptions['onReload'];
  log: Logger;
}) {
  let previous: Promise<void> = Promise.resolve();
  let loaded = false;
  return {
    hasLoaded: () => loaded,
    receive: async (envelope: EventEnvelope) => {
      // `parseEventData` checks the data by the schema of its type, which is the one the handler was declared for.
      const handle = handlers[envelope.type as EventType] as
        | ((event: { id: string; data: unknown }) => Promise<void> | void)
        | undefined;
      await handle?.({ id: envelope.id, data: parseEventData(envelope) });
    },
    reload: () => {
      const mine = previous.then(async () => {
        await onReload();
        loaded = true;
        log.debug({}, 'reloaded from the database');
      });
      previous = mine.catch(() => {});
      return mine;
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
