import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/open-database.ts';
import { createReplayer, dropDeadLetter, listDeadLetters, requestReplay } from '../src/events/dead-letters.ts';
import { createFeedConsumer } from '../src/events/feed/consumer.ts';
import { createFlightHandlers } from './flight-handlers.ts';
import { emptyTables, inventoryChanged, log, openKitDatabase, rowsOf, tell, userRegistered } from './kit-database.ts';
import { serveFeed } from './serve-feed.ts';

describeOnEachDatabase('the feed', (kind) => {
  let producer: Database;
  let consumer: Database;
  let feed: Awaited<ReturnType<typeof serveFeed>>;
  let world: ReturnType<typeof createFlightHandlers>;

  beforeAll(async () => {
    producer = await openKitDatabase(kind, 'booking');
    consumer = await openKitDatabase(kind, 'flight');
    feed = await serveFeed(producer);
  });
  beforeEach(async () => {
    await emptyTables(producer);
    await emptyTables(consumer);
    world = createFlightHandlers(consumer);
  });
  afterAll(async () => {
    await feed?.stop();
    await producer?.close();
    await consumer?.close();
  });

  const createConsumer = () =>
    createFeedConsumer({
      database: consumer,
      producer: 'booking-service',
      source: feed.source,
      handlers: world.handlers,
      log,
    });

  async function position(): Promise<number> {
    const [row] = await rowsOf<{ position: number }>(consumer, 'SELECT position FROM feed_cursors');
    return Number(row?.position);
  }

  async function outboxIds(): Promise<number[]> {
    const rows = await rowsOf<{ id: number }>(producer, 'SELECT id FROM outbox ORDER BY id');
    return rows.map(({ id }) => Number(id));
  }

  test('brings each event once, passes over types nobody asked for, and remembers how far it came', async () => {
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'), userRegistered('usr_1'));
    const one = createConsumer();
    expect(await one.runOnce()).toBe(2);
    expect(await one.runOnce()).toBe(0);
    expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 });
    expect(await position()).toBe((await outboxIds()).at(-1));
  });

  test('an event that failed leaves neither effect nor position behind, and comes again', async () => {
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
    world.failuresLeft.set('flt_2', 1);
    const one = createConsumer();
    await expect(one.runOnce()).rejects.toThrow('flt_2 does not fit');
    expect(await world.effects()).toEqual({ flt_1: 1 });
    expect(await position()).toBe((await outboxIds())[0]);
    expect(await one.runOnce()).toBe(1);
    expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 });
  });

  test('an event read again after its effect has no second one', async () => {
    await tell(producer, inventoryChanged('flt_1'));
    const one = createConsumer();
    await one.runOnce();
    await consumer.sequelize.query('UPDATE feed_cursors SET position = 0');
    expect(await one.runOnce()).toBe(1);
    expect(await world.effects()).toEqual({ flt_1: 1 });
  });

  test('an event that fails five times goes to the dead letters, the next one goes on, and a replay works', async () => {
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
    world.failuresLeft.set('flt_1', 6);
    const one = createConsumer();
    for (let time = 1; time <= 4; time++) await expect(one.runOnce()).rejects.toThrow('does not fit');
    expect(await listDeadLetters(consumer, 10)).toEqual([]);
    await one.runOnce();
    expect(world.tries.get('flt_1')).toBe(5);
    expect(await world.effects()).toEqual({ flt_2: 1 });
    const [letter] = await listDeadLetters(consumer, 10);
    expect(letter).toMatchObject({
      type: 'inventory.changed',
      error: 'Error: flt_1 does not fit',
      replayRequestedAtMs: null,
    });
    const id = letter?.id ?? '';

    // Nobody asked yet.
    const replayer = createReplayer({ database: consumer, handlers: world.handlers });
    expect(await replayer.runOnce()).toBe(0);
    // Asked, and it fails once more: it stays, and waits for the next time somebody asks.
    expect(await requestReplay(consumer, id, { service: 'booking-service' })).toBe(true);
    expect(await replayer.runOnce()).toBe(1);
    expect(await listDeadLetters(consumer, 10)).toMatchObject([{ id, replayRequestedAtMs: null }]);
    expect(await replayer.runOnce()).toBe(0);
    // Asked again, and it succeeds.
    await requestReplay(consumer, id, { service: 'booking-service' });
    expect(await replayer.runOnce()).toBe(1);
    expect(await listDeadLetters(consumer, 10)).toEqual([]);
    expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 });
    expect(await requestReplay(consumer, id, { service: 'booking-service' })).toBe(false);
    expect(await dropDeadLetter(consumer, id, { service: 'booking-service' })).toBe(false);
  });

  test('an event whose data is not as agreed goes to the dead letters at once', async () => {
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
    await producer.sequelize.query(
      'UPDATE outbox SET envelope = REPLACE(envelope, \'"version":1\', \'"version":null\')',
    );
    await tell(producer, inventoryChanged('flt_3'));
    expect(await createConsumer().runOnce()).toBe(3);
    expect(await world.effects()).toEqual({ flt_3: 1 });
    const letters = await listDeadLetters(consumer, 10);
    expect(letters).toHaveLength(2);
    expect(letters[0]?.error).toContain('The data of inventory.changed is not as agreed.');
  });

  test('of two processes one pulls, and the other takes over when it has given up its lease', async () => {
    await tell(producer, inventoryChanged('flt_1'));
    const [one, two] = [createConsumer(), createConsumer()];
    expect(await one.runOnce()).toBe(1);
    await tell(producer, inventoryChanged('flt_2'));
    expect(await two.runOnce()).toBe(0);
    await one.stop();
    expect(await two.runOnce()).toBe(1);
    expect(await world.effects()).toEqual({ flt_1: 1, flt_2: 1 });
  });

  test('a reader whose place was purged gets 410, says so, and goes on when it was put right', async () => {
    await tell(producer, ...['flt_1', 'flt_2', 'flt_3', 'flt_4'].map((id) => inventoryChanged(id)));
    const [first = 0, second = 0, third = 0] = await outboxIds();
    const one = createConsumer();
    await one.runOnce();
    await consumer.sequelize.query(`UPDATE feed_cursors SET position = ${first}`);
    await producer.sequelize.query(`DELETE FROM outbox WHERE id <= ${third}`);
    await expect(one.runOnce()).rejects.toMatchObject({ status: 410, code: 'feed_position_gone' });
    expect(one.problem()).toContain(`no longer what followed position ${first}`);
    await expect(feed.source.read({ after: second, types: 'inventory.changed' })).rejects.toMatchObject({
      status: 410,
    });
    // Nothing is missing behind the last row that was purged.
    expect((await feed.source.read({ after: third, types: 'inventory.changed' })).events).toHaveLength(1);

    await consumer.sequelize.query(`UPDATE feed_cursors SET position = ${third}`);
    expect(await one.runOnce()).toBe(1);
    expect(one.problem()).toBeUndefined();
  });

  test('a reader ahead of the end gets 410: that database is an older copy', async () => {
    await tell(producer, inventoryChanged('flt_1'));
    const [first = 0] = await outboxIds();
    expect((await feed.source.read({ after: first, types: 'inventory.changed' })).events).toEqual([]);
    await expect(feed.source.read({ after: first + 1, types: 'inventory.changed' })).rejects.toMatchObject({
      status: 410,
    });
  });

  test('a new reader begins with what there is, also when older events were purged', async () => {
    await tell(producer, inventoryChanged('flt_1'), inventoryChanged('flt_2'));
    await producer.sequelize.query(`DELETE FROM outbox WHERE id = ${(await outboxIds())[0]}`);
    expect(await createConsumer().runOnce()).toBe(1);
    expect(await world.effects()).toEqual({ flt_2: 1 });
  });
});
