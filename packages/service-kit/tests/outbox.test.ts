import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/open-database.ts';
import { appendEvents } from '../src/events/outbox.ts';
import { purgeOnce } from '../src/events/retention.ts';
import {
  countOf,
  emptyTables,
  inventoryChanged,
  openKitDatabase,
  rowsOf,
  tell,
  userRegistered,
} from './kit-database.ts';

const dayMs = 86_400_000;
const rules = { outboxDays: 7, inboxDays: 30 };

describeOnEachDatabase('the outbox', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openKitDatabase(kind, 'booking');
  });
  beforeEach(() => emptyTables(database));
  afterAll(() => database?.close());

  test('keeps events with their transaction, and loses them with its rollback', async () => {
    await tell(database, inventoryChanged('flt_1'), userRegistered('usr_1'));
    const rolledBack = database.write(async (tx) => {
      await appendEvents(database, [inventoryChanged('flt_2')], tx);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    const rows = await rowsOf<{ type: string; envelope: string }>(
      database,
      'SELECT type, envelope FROM outbox ORDER BY id',
    );
    expect(rows.map(({ type }) => type)).toEqual(['inventory.changed', 'user.registered']);
    expect(JSON.parse(rows[0]?.envelope ?? '')).toMatchObject({
      specversion: '1.0',
      source: '/booking-service',
      subject: 'flt_1',
      data: { flightId: 'flt_1' },
    });
  });

  test('refuses an event whose data is not as agreed, and with it the transaction', async () => {
    const draft = inventoryChanged('flt_1', 1.5);
    await expect(tell(database, draft)).rejects.toThrow('version');
    expect(await countOf(database, 'outbox')).toBe(0);
  });

  test('takes more events at once than one statement holds', async () => {
    await tell(database, ...Array.from({ length: 1_201 }, (_, index) => inventoryChanged(`flt_${index}`)));
    expect(await countOf(database, 'outbox')).toBe(1_201);
  });

  test('of a feed loses what is older than its days, up to the first row that is not, but never its newest', async () => {
    const nowMs = Date.now();
    await tell(database, ...['flt_1', 'flt_2', 'flt_3', 'flt_4'].map((id) => inventoryChanged(id)));
    await age(['flt_1', 'flt_2', 'flt_4'], nowMs - 8 * dayMs);
    expect(await purgeOnce(database, { ...rules, transport: 'feed' }, nowMs)).toBe(2);
    expect(await subjects()).toEqual(['flt_3', 'flt_4']);
    await age(['flt_3'], nowMs - 8 * dayMs);
    expect(await purgeOnce(database, { ...rules, transport: 'feed' }, nowMs)).toBe(1);
    expect(await purgeOnce(database, { ...rules, transport: 'feed' }, nowMs)).toBe(0);
    expect(await subjects()).toEqual(['flt_4']);
  });

  test('before a broker loses only what was published long ago; the inbox what was heard long ago', async () => {
    const nowMs = Date.now();
    await tell(database, ...['flt_1', 'flt_2', 'flt_3'].map((id) => inventoryChanged(id)));
    await age(['flt_1', 'flt_2', 'flt_3'], nowMs - 40 * dayMs);
    await database.sequelize.query('UPDATE outbox SET published_at_ms = ? WHERE subject = ?', {
      replacements: [nowMs - 8 * dayMs, 'flt_1'],
    });
    await database.sequelize.query('UPDATE outbox SET published_at_ms = ? WHERE subject = ?', {
      replacements: [nowMs - 6 * dayMs, 'flt_2'],
    });
    await database.sequelize.query('INSERT INTO inbox (event_id, received_at_ms) VALUES (?, ?), (?, ?)', {
      replacements: ['evt_old', nowMs - 31 * dayMs, 'evt_new', nowMs - 29 * dayMs],
    });
    expect(await purgeOnce(database, { ...rules, transport: 'amqp' }, nowMs)).toBe(2);
    expect(await subjects()).toEqual(['flt_2', 'flt_3']);
    expect(await rowsOf(database, 'SELECT event_id FROM inbox')).toEqual([{ event_id: 'evt_new' }]);
  });

  async function age(ids: string[], createdAtMs: number): Promise<void> {
    await database.sequelize.query('UPDATE outbox SET created_at_ms = ? WHERE subject IN (?)', {
      replacements: [createdAtMs, ids],
    });
  }

  async function subjects(): Promise<string[]> {
    const rows = await rowsOf<{ subject: string }>(database, 'SELECT subject FROM outbox ORDER BY id');
    return rows.map(({ subject }) => subject);
  }
});
