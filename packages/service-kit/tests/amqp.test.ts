import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { type ConfirmChannel, connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/open-database.ts';
import { type Broker, connectBroker } from '../src/events/amqp/broker.ts';
import { createWorkConsumer } from '../src/events/amqp/consumer.ts';
import { createDeadLetterKeeper } from '../src/events/amqp/dead-letter-keeper.ts';
import { createOutboxRelay } from '../src/events/amqp/relay.ts';
import {
  deadLetterQueue,
  declareRetryQueues,
  eventExchange,
  retryQueue,
  workQueue,
} from '../src/events/amqp/topology.ts';
import { createReplayer, listDeadLetters, requestReplay } from '../src/events/dead-letters.ts';
import { appendEvents } from '../src/events/outbox.ts';
import { createFlightHandlers } from './flight-handlers.ts';
import {
  countOf,
  emptyTables,
  inventoryChanged,
  log,
  openKitDatabase,
  rowsOf,
  tell,
  userRegistered,
} from './kit-database.ts';

const service = 'flight-search-service';
const delaysMs = [50, 100, 200, 200];

describeWithBroker('events', (testBroker) => {
  describeOnEachDatabase('carried by a broker', (kind) => {
    let producer: Database;
    let consumer: Database;
    let broker: Broker;
    let relay: ReturnType<typeof createOutboxRelay>;
    let world: ReturnType<typeof createFlightHandlers>;
    let complaints: string[] = [];
    const quiet = () => {};
    const complaining = {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (_: object, message: string) => void complaints.push(message),
      fatal: quiet,
    };
    let readers: ReturnType<typeof createWorkConsumer>[] = [];

    beforeAll(async () => {
      producer = await openKitDatabase(kind, 'booking');
      consumer = await openKitDatabase(kind, 'flight');
      broker = await connectBroker({
        url: testBroker.settings().RABBITMQ_URL,
        log,
        onChannel: (channel) => declareRetryQueues(channel, service, delaysMs),
      });
      await eventually(() => expect(broker.channel()).toBeDefined());
    });
    beforeEach(async () => {
      await emptyTables(producer);
      await emptyTables(consumer);
      complaints = [];
      world = createFlightHandlers(consumer);
      relay = createOutboxRelay({ database: producer, broker });
    });
    afterEach(async () => {
      await Promise.all(readers.map((reader) => reader.stop()));
      readers = [];
      await relay.stop();
      const queues = [workQueue(service), deadLetterQueue(service), ...delaysMs.map((ms) => retryQueue(service, ms))];
      for (const queue of queues) await channel().purgeQueue(queue);
      // A test takes the binding away; were it to fail, the others would fail for want of it.
      await channel().bindQueue(workQueue(service), eventExchange, 'inventory.changed');
    });
    afterAll(async () => {
      await broker?.close();
      await producer?.close();
      await consumer?.close();
    });

    function channel(): ConfirmChannel {
      const current = broker.channel();
      if (!current) throw new Error('The broker is away.');
      return current;
    }

    async function work(): Promise<void> {
      readers = [
        createWorkConsumer({ service, database: consumer, handlers: world.handlers, log: complaining, delaysMs }),
        createDeadLetterKeeper({ service, database: consumer, log }),
      ];
      for (const reader of readers) await reader.consume(channel());
    }

    const waiting = async () => (await channel().checkQueue(workQueue(service))).messageCount;

    async function unpublished(): Promise<string[]> {
      const rows = await rowsOf<{ subject: string }>(
        producer,
        'SELECT subject FROM outbox WHERE published_at_ms IS NULL',
      );
      return rows.map(({ subject }) => subject);
    }

    test('each is published once, and the types nobody works on count as published too', async () => {
      await tell(producer, inventoryChanged('flt_1'), userRegistered('usr_1'));
      expect(await relay.runOnce()).toBe(2);
      expect(await relay.runOnce()).toBe(0);
      await eventually(async () => expect(await waiting()).toBe(1));
      expect(await unpublished()).toEqual([]);
    });

    test('of several that say the same of one aggregate only the newest goes out, and all count as published', async () => {
      await tell(producer, inventoryChanged('flt_1', 1), inventoryChanged('flt_2', 7), inventoryChanged('flt_1', 2));
      expect(await relay.runOnce()).toBe(3);
      expect(await unpublished()).toEqual([]);
      const versions: number[] = [];
      await eventually(async () => {
        const message = await channel().get(workQueue(service), { noAck: true });
        if (message) versions.push(JSON.parse(message.content.toString()).data.version);
        expect(versions).toHaveLength(2);
      });
      expect(versions).toEqual([7, 2]);
      expect(await waiting()).toBe(0);
    });

    // SQLite has one writer at a time: its ids commit in order.
    if (kind.kind === 'mariadb') {
      test('one that commits late, with a smaller id, is not passed over', async () => {
        const late = await producer.sequelize.transaction();
        await appendEvents(producer, [inventoryChanged('flt_late')], late);
        await tell(producer, inventoryChanged('flt_early'));
        expect(await relay.runOnce()).toBe(1);
        await late.commit();
        const rows = await rowsOf<{ subject: string }>(producer, 'SELECT subject FROM outbox ORDER BY id');
        expect(rows.map(({ subject }) => subject)).toEqual(['flt_late', 'flt_early']);
        expect(await relay.runOnce()).toBe(1);
        expect(await unpublished()).toEqual([]);
      });
    }

    test('one that no queue takes stays unpublished, and goes when there is a queue', async () => {
      await tell(producer, inventoryChanged('flt_1'), userRegistered('usr_1'));
      await channel().unbindQueue(workQueue(service), eventExchange, 'inventory.changed');
      await expect(relay.runOnce()).rejects.toThrow('did not take 1 events');
      expect(await unpublished()).toEqual(['flt_1']);
      await channel().bindQueue(workQueue(service), eventExchange, 'inventory.changed');
      expect(await relay.runOnce()).toBe(1);
    });

    test('of two relays one is active', async () => {
      await tell(producer, inventoryChanged('flt_1'));
      const other = createOutboxRelay({ database: producer, broker });
      expect(await relay.runOnce()).toBe(1);
      await tell(producer, inventoryChanged('flt_2'));
      expect(await other.runOnce()).toBe(0);
      await relay.stop();
      expect(await other.runOnce()).toBe(1);
      await other.stop();
    });

    test('one that is delivered twice has one effect', async () => {
      await work();
      await tell(producer, inventoryChanged('flt_1'));
      for (let delivery = 1; delivery <= 2; delivery++) {
        await producer.sequelize.query('UPDATE outbox SET published_at_ms = NULL');
        expect(await relay.runOnce()).toBe(1);
      }
      await tell(producer, inventoryChanged('flt_2'));
      await relay.runOnce();
      await eventually(async () => expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 }));
      await eventually(async () => expect(await waiting()).toBe(0));
      expect(await countOf(consumer, 'inbox')).toBe(2);
    });

    test('one that fails rests longer each time, while others go on, and has its effect in the end', async () => {
      world.failuresLeft.set('flt_1', 3);
      await work();
      const startedAtMs = performance.now();
      await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
      await relay.runOnce();
      await eventually(async () => expect(await world.effects()).toEqual({ flt_2: 1 }));
      await eventually(async () => expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 }));
      expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(50 + 100 + 200);
      expect(world.tries.get('flt_1')).toBe(4);
      expect(await listDeadLetters(consumer, 10)).toEqual([]);
    });

    test('one that fails five times goes to the dead letters with its error, and a replay works', async () => {
      world.failuresLeft.set('flt_1', 5);
      await work();
      await tell(producer, inventoryChanged('flt_1'));
      await relay.runOnce();
      const [letter] = await eventually(async () => {
        const letters = await listDeadLetters(consumer, 10);
        expect(letters).toHaveLength(1);
        return letters;
      });
      expect(world.tries.get('flt_1')).toBe(5);
      const [row] = await rowsOf<{ event_id: string; envelope: string }>(
        producer,
        'SELECT event_id, envelope FROM outbox',
      );
      expect(letter).toMatchObject({
        eventId: row?.event_id,
        type: 'inventory.changed',
        envelope: row?.envelope,
        error: 'Error: flt_1 does not fit',
      });
      await requestReplay(consumer, letter?.id ?? '', { service: 'booking-service' });
      expect(await createReplayer({ database: consumer, handlers: world.handlers }).runOnce()).toBe(1);
      expect(await world.effects()).toEqual({ flt_1: 1 });
      expect(await listDeadLetters(consumer, 10)).toEqual([]);
    });

    test('a malformed message goes to the dead letters at once, and the rest goes on', async () => {
      await work();
      channel().publish(eventExchange, 'inventory.changed', Buffer.from('{ not json'), { type: 'inventory.changed' });
      await tell(producer, inventoryChanged('flt_1'));
      await relay.runOnce();
      await eventually(async () => expect(await world.effects()).toEqual({ flt_1: 1 }));
      const [letter] = await eventually(async () => {
        const letters = await listDeadLetters(consumer, 10);
        expect(letters).toHaveLength(1);
        return letters;
      });
      expect(letter).toMatchObject({ type: 'inventory.changed', envelope: '{ not json' });
      expect(letter?.error).toContain('MalformedEvent: The message is not a CloudEvent.');
      expect(complaints).toEqual(['an event could not be handled']);
    });

    test('one that ends every process that takes it goes to the dead letters too', async () => {
      await tell(producer, inventoryChanged('flt_1'));
      await relay.runOnce();
      const connection = await connect(testBroker.settings().RABBITMQ_URL);
      for (let deliveries = 1; deliveries <= 6; deliveries++) {
        const victim = await connection.createChannel();
        const taken = Promise.withResolvers<void>();
        await victim.consume(workQueue(service), () => taken.resolve());
        await taken.promise;
        await victim.close();
      }
      await connection.close();
      await work();
      await eventually(async () =>
        expect(await listDeadLetters(consumer, 10)).toMatchObject([
          { type: 'inventory.changed', error: expect.stringContaining('delivery_limit') },
        ]),
      );
    });
  });
});
