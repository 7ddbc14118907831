import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { describeOnEachDatabase, type TestDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EventSettings } from '../src/config/profile.ts';
import { readServiceUrls } from '../src/config/service-urls.ts';
import type { Database } from '../src/database/open-database.ts';
import { type BroadcastHandlers, startBroadcast } from '../src/events/broadcast.ts';
import { startEvents } from '../src/events/start-events.ts';
import type { Stoppable } from '../src/lifecycle/loop.ts';
import { countOf, emptyTables, inventoryChanged, log, openKitDatabase, rowsOf, tell } from './kit-database.ts';
import { serveFeed } from './serve-feed.ts';

describeOnEachDatabase('a broadcast by the feed', (kind) => {
  const world = listenersOn(kind, () => ({ transport: 'feed' }));

  test('of a process whose place was purged reloads, and goes on from the present', async () => {
    const listener = await world.listen();
    await tell(world.producer(), inventoryChanged('flt_1'), inventoryChanged('flt_2'), inventoryChanged('flt_3'));
    await eventually(() => expect(listener.heard).toHaveLength(3));
    // As when the producer was set back to an older copy.
    const [, , newest] = await rowsOf<{ id: number }>(world.producer(), 'SELECT id FROM outbox ORDER BY id');
    await world.producer().sequelize.query(`DELETE FROM outbox WHERE id = ${newest?.id}`);
    await eventually(() => expect(listener.reloads()).toBe(2));
    await tell(world.producer(), inventoryChanged('flt_4'));
    await eventually(() => expect(listener.heard.at(-1)).toBe('flt_4'));
  });
});

describeWithBroker('a broadcast', (broker) => {
  describeOnEachDatabase('by the broker', (kind) => {
    listenersOn(kind, () => ({ transport: 'amqp', url: broker.settings().RABBITMQ_URL }));
  });
});

/** What holds whichever way events travel; returns what further tests need. */
function listenersOn(kind: TestDatabase, settings: () => EventSettings) {
  let producer: Database;
  let consumer: Database;
  let feed: Awaited<ReturnType<typeof serveFeed>>;
  let relay: Stoppable;
  let running: Stoppable[] = [];

  const common = () => ({
    settings: settings(),
    retention: { outboxDays: 7, inboxDays: 30 },
    serviceUrls: readServiceUrls({ BOOKING_SERVICE_URL: feed.url }),
    tokens: feed.tokens,
    log,
  });

  beforeAll(async () => {
    producer = await openKitDatabase(kind, 'booking');
    consumer = await openKitDatabase(kind, 'flight');
    feed = await serveFeed(producer);
    relay = await startEvents({ ...common(), service: 'booking-service', database: producer });
  });
  beforeEach(async () => {
    await emptyTables(producer);
    await emptyTables(consumer);
  });
  afterEach(async () => {
    await Promise.all(running.map((listener) => listener.stop()));
    running = [];
  });
  afterAll(async () => {
    await relay?.stop();
    await feed?.stop();
    await producer?.close();
    await consumer?.close();
  });

  async function listen(failOnce?: string) {
    const heard: string[] = [];
    let reloads = 0;
    let failures = 0;
    const handlers: BroadcastHandlers = {
      'inventory.changed': ({ data }) => {
        if (data.flightId === failOnce && failures++ === 0) throw new Error('not this time');
        heard.push(data.flightId);
      },
    };
    const onReload = async () => {
      reloads += 1;
    };
    const service = 'flight-search-service';
    running.push(await startBroadcast({ ...common(), service, database: consumer, handlers, onReload }));
    return { heard, reloads: () => reloads };
  }

  test('reaches every process that listens, from the present on, in order and without an inbox', async () => {
    await tell(producer, inventoryChanged('flt_before'));
    await eventually(async () => {
      if (settings().transport === 'feed') return;
      expect(await rowsOf(producer, 'SELECT id FROM outbox WHERE published_at_ms IS NULL')).toEqual([]);
    });
    const [one, two] = [await listen(), await listen()];
    expect([one.reloads(), two.reloads()]).toEqual([1, 1]);
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
    for (const listener of [one, two]) {
      await eventually(() => expect(listener.heard).toEqual(['flt_1', 'flt_2']));
      expect(listener.reloads()).toBe(1);
    }
    expect(await countOf(consumer, 'inbox')).toBe(0);
  });

  test('that a process cannot digest makes it reload, and go on with what comes after', async () => {
    const listener = await listen('flt_bad');
    await tell(producer, inventoryChanged('flt_bad'));
    await eventually(() => expect(listener.reloads()).toBe(2));
    await tell(producer, inventoryChanged('flt_next'));
    await eventually(() => expect(listener.heard).toContain('flt_next'));
  });

  return { producer: () => producer, listen };
}
