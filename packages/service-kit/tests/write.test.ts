import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { UniqueConstraintError } from 'sequelize';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SqlRow } from '../src/database/dialect.ts';
import { insertRows } from '../src/database/insert-rows.ts';
import type { Database } from '../src/database/open-database.ts';
import { emptyTables, openKitDatabase, rowsOf } from './kit-database.ts';

describeOnEachDatabase('a write', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openKitDatabase(kind, 'booking');
  });
  beforeEach(async () => {
    await emptyTables(database);
    await database.sequelize.query("INSERT INTO effects (name, times) VALUES ('a', 0), ('b', 0)");
  });
  afterAll(() => database?.close());

  const times = () => rowsOf(database, 'SELECT name, times FROM effects ORDER BY name');

  test('that runs into a deadlock runs again, and both rivals have their effect once', async () => {
    let runs = 0;
    const met = Promise.withResolvers<void>();
    let arrived = 0;
    const addTo = (first: string, second: string) =>
      database.write(async (tx) => {
        runs += 1;
        const add = (name: string) =>
          database.sequelize.query('UPDATE effects SET times = times + 1 WHERE name = ?', {
            replacements: [name],
            transaction: tx,
          });
        await add(first);
        // On MariaDB both have their first lock before either asks for its second; SQLite lets only one in at a time.
        arrived += 1;
        if (arrived === 2 || kind.kind === 'sqlite') met.resolve();
        await met.promise;
        await add(second);
      });
    await Promise.all([addTo('a', 'b'), addTo('b', 'a')]);
    expect(await times()).toEqual([
      { name: 'a', times: 2 },
      { name: 'b', times: 2 },
    ]);
    expect(runs).toBe(kind.kind === 'sqlite' ? 2 : 3);
  });

  test('that meets a unique key is not run again, and leaves nothing', async () => {
    let runs = 0;
    const failed = database.write(async (tx) => {
      runs += 1;
      await database.sequelize.query("UPDATE effects SET times = 9 WHERE name = 'a'", { transaction: tx });
      await database.sequelize.query("INSERT INTO effects (name, times) VALUES ('b', 1)", { transaction: tx });
    });
    await expect(failed).rejects.toBeInstanceOf(UniqueConstraintError);
    expect(runs).toBe(1);
    expect(await times()).toEqual([
      { name: 'a', times: 0 },
      { name: 'b', times: 0 },
    ]);
  });

  test('tells which unique key was met, and that it is no reason to call the database away', async () => {
    const error = await database
      .write((tx) =>
        database.sequelize.query(
          "INSERT INTO outbox (event_id, type, subject, envelope, created_at_ms) VALUES ('e', 't', 's', '{}', 1), ('e', 't', 's', '{}', 1)",
          { transaction: tx },
        ),
      )
      .catch((thrown: unknown) => thrown);
    expect(database.dialect.isUniqueViolation(error, 'event_id')).toBe(true);
    expect(database.dialect.isUniqueViolation(error, 'subject')).toBe(false);
    expect(database.dialect.isUnavailable(error)).toBe(false);
    expect(database.dialect.isRetryable(error)).toBe(false);
  });

  test('with insert-or-keep adds what is new, leaves what is there, and still minds the checks', async () => {
    const { dialect, sequelize } = database;
    const insert = (rows: SqlRow[]) => database.write((tx) => dialect.insertOrKeep(sequelize, 'effects', rows, tx));
    await insert([
      { name: 'a', times: 7 },
      { name: 'c', times: 7 },
    ]);
    await expect(insert([{ name: 'd', times: -1 }])).rejects.toThrow();
    await expect(insert([{ name: 'd', times: null }])).rejects.toThrow();
    expect(await times()).toEqual([
      { name: 'a', times: 0 },
      { name: 'b', times: 0 },
      { name: 'c', times: 7 },
    ]);
  });

  test('keeps any text as it came, whatever it would mean in SQL', async () => {
    const texts = [
      "'; DROP TABLE effects; -- ",
      "it''s",
      '\\',
      "\\'",
      '?',
      ':name $1',
      '%_',
      'a\nb\r\t\u001a',
      '"quoted"',
      '😀 العربية',
    ];
    const rows = texts.map((name, times) => ({ name, times }));
    await database.write((tx) => insertRows(database, 'effects', rows, tx));
    const kept = await rowsOf<{ name: string; times: number }>(
      database,
      "SELECT name, times FROM effects WHERE name NOT IN ('a', 'b') ORDER BY times",
    );
    expect(kept).toEqual(rows);
    await database.write((tx) =>
      database.dialect.insertOrReplace(
        database.sequelize,
        'effects',
        rows.map(({ name }) => ({ name, times: 9 })),
        ['name'],
        tx,
      ),
    );
    expect((await times()).filter((row) => (row as { times: number }).times === 9)).toHaveLength(texts.length);
  });
});
