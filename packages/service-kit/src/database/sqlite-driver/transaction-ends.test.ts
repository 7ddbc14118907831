import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, statSync } from 'node:fs';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { type Sequelize, TimeoutError, Transaction, UniqueConstraintError } from 'sequelize';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openWithDriver } from './fixtures/open-driver.ts';
import { openTestFile, readNotes, type TestFile } from './fixtures/test-file.ts';
import { closeSqliteHandles } from './sqlite-file.ts';

let file: TestFile;
let sequelize: Sequelize;
beforeEach(async () => {
  file = await openTestFile({ busyDeadlineMs: 200 });
  sequelize = file.sequelize;
});

const write = (text: string, transaction?: Transaction) =>
  sequelize.query('INSERT INTO notes (text) VALUES ($1)', { bind: [text], ...(transaction ? { transaction } : {}) });

/** The turn is free and no handle is out: nothing leaked. */
async function expectNothingHeld(): Promise<void> {
  await sequelize.transaction((transaction) => write('the next one', transaction));
  expect(file.driver.handles.inUse).toBe(0);
  expect(file.driver.writeQueue.length).toBe(0);
}

describe('a transaction', () => {
  test('that rolls back leaves nothing', async () => {
    const transaction = await sequelize.transaction();
    await write('a', transaction);
    await transaction.rollback();
    expect(await readNotes(sequelize)).toEqual([]);
    await expectNothingHeld();
  });

  test('whose callback throws leaves nothing and passes the turn on', async () => {
    const failing = sequelize.transaction(async (transaction) => {
      await write('a', transaction);
      throw new Error('out of luck');
    });
    const next = sequelize.transaction((transaction) => write('b', transaction));
    await expect(failing).rejects.toThrow('out of luck');
    await next;
    expect(await readNotes(sequelize)).toEqual(['b']);
    await expectNothingHeld();
  });

  test('whose statement fails goes on with the others when that is caught', async () => {
    await sequelize.transaction(async (transaction) => {
      await write('a', transaction);
      await expect(write('a', transaction)).rejects.toThrow();
      await write('b', transaction);
    });
    expect(await readNotes(sequelize)).toEqual(['a', 'b']);
  });

  test('goes back to a savepoint and keeps what was before and after', async () => {
    await sequelize.transaction(async (transaction) => {
      await write('before', transaction);
      const inner = sequelize.transaction({ transaction }, async (savepoint) => {
        await write('inside', savepoint);
        throw new Error('only the inner one');
      });
      await expect(inner).rejects.toThrow('only the inner one');
      await sequelize.transaction({ transaction }, (savepoint) => write('kept', savepoint));
      await write('after', transaction);
    });
    expect(await readNotes(sequelize)).toEqual(['before', 'kept', 'after']);
    await expectNothingHeld();
  });

  test('whose COMMIT fails is rolled back and passes the turn on', async () => {
    await sequelize.query('CREATE TABLE holders (id INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)');
    const failing = sequelize.transaction((transaction) =>
      sequelize.query('INSERT INTO holders VALUES (99)', { transaction }),
    );
    await expect(failing).rejects.toThrow('FOREIGN KEY constraint failed');
    await expectNothingHeld();
    const [held] = await sequelize.query('SELECT * FROM holders');
    expect(held).toEqual([]);
  });

  test('that SQLite rolled back refuses its other statements instead of committing them one by one', async () => {
    const broken = sequelize.transaction(async (transaction) => {
      await write('a', transaction);
      const replaceAll = sequelize.query("INSERT OR ROLLBACK INTO notes (text) VALUES ('a')", { transaction });
      await expect(replaceAll).rejects.toBeInstanceOf(UniqueConstraintError);
      await expect(write('b', transaction)).rejects.toThrow('SQLITE_ABORT: SQLite rolled this transaction back');
    });
    await expect(broken).rejects.toThrow('SQLITE_ABORT');
    expect(await readNotes(sequelize)).toEqual([]);
    await expectNothingHeld();
  });

  test('that was never ended is rolled back by closing, and the turn passed on', async () => {
    const other = openWithDriver(file.path, { busyDeadlineMs: 200 });
    const forgotten = await other.transaction();
    await other.query("INSERT INTO notes (text) VALUES ('forgotten')", { transaction: forgotten });
    const waiting = write('next');
    await other.close();
    await waiting;
    expect(await readNotes(sequelize)).toEqual(['next']);
    await expect(forgotten.commit()).rejects.toThrow('SQLITE_MISUSE: Database is closed');
    await expectNothingHeld();
  });

  test('inside another one fails after the deadline instead of waiting for itself forever', async () => {
    const sessionsBefore = file.driver.sessions;
    await sequelize.transaction(async (outer) => {
      await write('outer', outer);
      await expect(sequelize.transaction((inner) => write('inner', inner))).rejects.toBeInstanceOf(TimeoutError);
      await expect(write('alone')).rejects.toThrow(/^SQLITE_BUSY: database is locked/);
    });
    expect(await readNotes(sequelize)).toEqual(['outer']);
    await expectNothingHeld();
    expect(file.driver.sessions).toBe(sessionsBefore);
  });

  test('in READ COMMITTED keeps no handle of its own while it waits', async () => {
    const isolationLevel = Transaction.ISOLATION_LEVELS.READ_COMMITTED;
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => sequelize.transaction({ isolationLevel }, (tx) => write(text, tx))));
    expect(await readNotes(sequelize)).toEqual(texts);
    expect(file.driver.handles.opened).toBeLessThanOrEqual(2);
  });
});

describe('beside an open write transaction', () => {
  test('reads go on and see what was committed before', async () => {
    await write('before');
    await sequelize.transaction(async (transaction) => {
      await write('during', transaction);
      expect(await readNotes(sequelize)).toEqual(['before']);
      const reading = { type: Transaction.TYPES.DEFERRED };
      const [seen] = await sequelize.transaction(reading, (reader) =>
        sequelize.query('SELECT text FROM notes', { transaction: reader }),
      );
      expect(seen).toEqual([{ text: 'before' }]);
    });
  });

  test('single writes and transactions wait their turn in the order of asking', async () => {
    const transaction = await sequelize.transaction();
    const writes = [
      () => write('first'),
      () => sequelize.transaction((next) => write('second', next)),
      () => write('third'),
      () => sequelize.query("WITH word AS (SELECT 'fourth' AS text) INSERT INTO notes (text) SELECT text FROM word"),
    ];
    const waiting: Promise<unknown>[] = [];
    for (const one of writes) {
      waiting.push(one());
      await eventually(() => expect(file.driver.writeQueue.length).toBe(waiting.length));
    }
    await write('zeroth', transaction);
    await transaction.commit();
    await Promise.all(waiting);
    expect(await readNotes(sequelize)).toEqual(['zeroth', 'first', 'second', 'third', 'fourth']);
  });

  test('what waited is logged in the context of its own caller', async () => {
    const callers = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const logging = (sql: string) => {
      if (sql.startsWith('Executed') && sql.includes('INSERT')) seen.push(callers.getStore());
    };
    const transaction = await callers.run('first caller', () => sequelize.transaction());
    const insert = "INSERT INTO notes (text) VALUES ('a')";
    const waiting = callers.run('second caller', () => sequelize.query(insert, { benchmark: true, logging }));
    await eventually(() => expect(file.driver.writeQueue.length).toBe(1));
    await callers.run('first caller', () => transaction.commit());
    await waiting;
    expect(seen).toEqual(['second caller']);
  });
});

describe('a transaction that began by reading', () => {
  const reading = { type: Transaction.TYPES.DEFERRED };

  test('fails at once when it writes over what another one wrote meanwhile', async () => {
    file = await openTestFile({ busyDeadlineMs: 30_000 });
    sequelize = file.sequelize;
    const transaction = await sequelize.transaction(reading);
    await sequelize.query('SELECT * FROM notes', { transaction });
    await write('meanwhile');
    const startedAtMs = performance.now();
    await expect(write('late', transaction)).rejects.toThrow(/another transaction wrote what this one had read/);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    await transaction.rollback();
    await expectNothingHeld();
  });

  test('takes the turn with its first write and keeps it until it ends', async () => {
    const transaction = await sequelize.transaction(reading);
    await write('first', transaction);
    const waiting = write('second');
    await eventually(() => expect(file.driver.writeQueue.length).toBe(1));
    await transaction.commit();
    await waiting;
    expect(await readNotes(sequelize)).toEqual(['first', 'second']);
  });

  test('waits when too many of its kind are open, and then runs', async () => {
    file = await openTestFile();
    sequelize = file.sequelize;
    await write('a');
    await Promise.all(
      Array.from({ length: 200 }, () =>
        sequelize.transaction(reading, async (transaction) => {
          await sequelize.query('SELECT * FROM notes', { transaction });
          await new Promise(setImmediate);
          expect(file.driver.handles.inUse).toBeLessThanOrEqual(64);
          await sequelize.query('SELECT * FROM notes', { transaction });
        }),
      ),
    );
    expect(file.driver.handles.opened).toBeGreaterThan(4);
    expect(file.driver.handles.idle).toBeLessThanOrEqual(4);
    await expectNothingHeld();
  });
});

describe('a database in memory', () => {
  test('is one for all of its Sequelize, whose transactions queue, whatever their kind', async () => {
    const kinds = [Transaction.TYPES.IMMEDIATE, Transaction.TYPES.DEFERRED];
    const memory = openWithDriver(':memory:');
    onTestFinished(() => memory.close());
    await memory.query('CREATE TABLE notes (text TEXT)');
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        memory.transaction({ type: kinds[index % 4 < 2 ? 0 : 1] ?? expect.fail() }, async (transaction) => {
          await memory.query('INSERT INTO notes VALUES ($1)', { bind: [`${index}`], transaction });
          await new Promise(setImmediate);
          if (index % 2 === 1) throw new Error('odd');
        }),
      ).map((work) => work.catch((error: Error) => expect(error.message).toBe('odd'))),
    );
    const [rows] = await memory.query('SELECT count(*) AS notes FROM notes');
    expect(rows).toEqual([{ notes: 25 }]);
  });

  test('is not shared with another Sequelize', async () => {
    const [one, other] = [openWithDriver(':memory:'), openWithDriver(':memory:')];
    onTestFinished(() => Promise.all([one.close(), other.close()]).then(() => undefined));
    await one.query('CREATE TABLE notes (text TEXT)');
    await expect(other.query('SELECT * FROM notes')).rejects.toThrow('no such table');
  });
});

describe('closing', () => {
  test('empties the WAL, closes every handle, and the file can be opened again', async () => {
    await write('a');
    expect(statSync(`${file.path}-wal`).size).toBeGreaterThan(0);
    await sequelize.close();
    closeSqliteHandles(file.path);
    expect(existsSync(`${file.path}-wal`)).toBe(false);
    expect(file.driver.handles).toMatchObject({ idle: 0, inUse: 0 });
    const again = openWithDriver(file.path);
    expect(await readNotes(again)).toEqual(['a']);
    await again.close();
    closeSqliteHandles(file.path);
  });

  test('twice, or of a file never opened, is harmless', async () => {
    closeSqliteHandles('/nowhere/never.sqlite');
    closeSqliteHandles(file.path);
    closeSqliteHandles(file.path);
    await expectNothingHeld();
  });

  test('fails what still waits for its turn', async () => {
    const other = openWithDriver(file.path, { busyDeadlineMs: 200 });
    await other.authenticate();
    const transaction = await sequelize.transaction();
    const waiting = other.query("INSERT INTO notes (text) VALUES ('never')");
    await eventually(() => expect(file.driver.writeQueue.length).toBe(1));
    await other.close();
    await transaction.commit();
    await expect(waiting).rejects.toThrow('SQLITE_MISUSE: Database is closed');
    await expectNothingHeld();
  });
});
