import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TemporaryFolder, temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from './fixtures/open-test-database.ts';
import { closeSqliteHandles, openSqliteFile } from './sqlite-file.ts';

let folder: TemporaryFolder;
let file: string;
let sequelize: Sequelize;

beforeEach(async () => {
  folder = temporaryFolder('sqlite');
  file = join(folder.path, 'test.sqlite');
  sequelize = openTestDatabase(file);
  await sequelize.query('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
});

afterEach(async () => {
  await sequelize.close();
  closeSqliteHandles(file);
  folder.remove();
});

const insert = (id: number, transaction?: Transaction) =>
  sequelize.query('INSERT INTO notes (id, text) VALUES (?, ?)', {
    replacements: [id, `note ${id}`],
    transaction: transaction ?? null,
  });

async function ids(): Promise<number[]> {
  const rows = await sequelize.query<{ id: number }>('SELECT id FROM notes ORDER BY id', { type: QueryTypes.SELECT });
  return rows.map(({ id }) => id);
}

const pool = () => openSqliteFile(file, { busyDeadlineMs: 10_000, maxIdleHandles: 8, synchronous: 'FULL' }).handles;

test('3,000 transactions asked for at once all commit, with few handles open', async () => {
  let mostInUse = 0;
  const transactions = Array.from({ length: 3_000 }, (_, index) =>
    sequelize.transaction(async (transaction) => {
      await insert(index, transaction);
      mostInUse = Math.max(mostInUse, pool().inUse);
    }),
  );
  await Promise.all(transactions);
  expect(await ids()).toHaveLength(3_000);
  expect(mostInUse).toBe(1);
  expect(pool().opened).toBeLessThan(10);
  expect(pool().inUse).toBe(0);
});

test('reads go on while a write transaction is open, and see nothing of it', async () => {
  await insert(1);
  const transaction = await sequelize.transaction();
  await insert(2, transaction);
  expect(await ids()).toEqual([1]);
  await transaction.commit();
  expect(await ids()).toEqual([1, 2]);
});

test('a write waits for the open transaction and comes after it', async () => {
  const order: string[] = [];
  const transaction = await sequelize.transaction();
  const waiting = insert(2).then(() => order.push('single write'));
  await insert(1, transaction);
  // More than enough turns for a write that would not wait.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  order.push('commit');
  await transaction.commit();
  await waiting;
  expect(order).toEqual(['commit', 'single write']);
});

test('a transaction that throws leaves nothing behind and passes the turn on', async () => {
  const first = sequelize.transaction(async (transaction) => {
    await insert(1, transaction);
    throw new Error('changed my mind');
  });
  const second = sequelize.transaction((transaction) => insert(2, transaction));
  await expect(first).rejects.toThrow('changed my mind');
  await second;
  expect(await ids()).toEqual([2]);
});

test('a statement that fails leaves the transaction usable, as SQLite does', async () => {
  await sequelize.transaction(async (transaction) => {
    await insert(1, transaction);
    await expect(insert(1, transaction)).rejects.toThrow();
    await insert(2, transaction);
  });
  expect(await ids()).toEqual([1, 2]);
});

test('a savepoint that is rolled back takes only its own writes along', async () => {
  await sequelize.transaction(async (outer) => {
    await insert(1, outer);
    const inner = sequelize.transaction({ transaction: outer }, async (savepoint) => {
      await insert(2, savepoint);
      throw new Error('only the inner part');
    });
    await expect(inner).rejects.toThrow('only the inner part');
    await insert(3, outer);
  });
  expect(await ids()).toEqual([1, 3]);
});

test('a COMMIT that fails rolls back and passes the turn on', async () => {
  await sequelize.query('CREATE TABLE replies (note_id INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)');
  const orphan = sequelize.transaction((transaction) =>
    sequelize.query('INSERT INTO replies (note_id) VALUES (99)', { transaction }),
  );
  await expect(orphan).rejects.toThrow('FOREIGN KEY');
  await insert(1);
  expect(await sequelize.query('SELECT * FROM replies', { type: QueryTypes.SELECT })).toEqual([]);
});

test('a second statement behind the first is refused instead of being dropped', async () => {
  await expect(sequelize.query('DELETE FROM notes; DELETE FROM notes')).rejects.toThrow('one statement at a time');
});

test('closing empties the WAL into the file, and the file alone holds everything', async () => {
  await insert(1);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  await sequelize.close();
  closeSqliteHandles(file);
  expect(existsSync(`${file}-wal`)).toBe(false);
  using plain = new DatabaseSync(file, { readOnly: true });
  expect(plain.prepare('SELECT id FROM notes').all()).toEqual([{ id: 1 }]);
  sequelize = openTestDatabase(file);
});
