import {
  ConnectionError,
  DatabaseError,
  DataTypes,
  ForeignKeyConstraintError,
  QueryTypes,
  type Sequelize,
  UniqueConstraintError,
} from 'sequelize';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openWithDriver } from './fixtures/open-driver.ts';
import { openTestFile, type TestFile } from './fixtures/test-file.ts';

let file: TestFile;
let sequelize: Sequelize;
beforeEach(async () => {
  file = await openTestFile();
  sequelize = file.sequelize;
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('This should have failed.'),
    (error: unknown) => error,
  );
}

async function firstRow(sql: string, bind: unknown[] = []): Promise<object> {
  const [row] = await sequelize.query<object>(sql, { bind, type: QueryTypes.SELECT });
  return row ?? expect.fail('There is no row.');
}

describe('values', () => {
  test('come back as they were bound', async () => {
    const bind = ['text', 5, -1.5, true, false, null, Buffer.from([1, 2]), 2 ** 53 - 1];
    const row = await firstRow('SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e, $6 AS f, $7 AS g, $8 AS h', bind);
    expect(row).toStrictEqual({
      a: 'text',
      b: 5,
      c: -1.5,
      d: 1,
      e: 0,
      f: null,
      g: Buffer.from([1, 2]),
      h: 2 ** 53 - 1,
    });
  });

  test('an integer stays one in a text column and in a division', async () => {
    await sequelize.query('INSERT INTO notes (text) VALUES ($1)', { bind: [5] });
    expect(await firstRow('SELECT text, 7 / $1 AS quotient FROM notes', [5])).toStrictEqual({ text: '5', quotient: 1 });
  });

  test('by name and by replacement reach their places in any order', async () => {
    const bound = await sequelize.query('SELECT $second AS b, $first AS a, $second AS c', {
      bind: { first: 1, second: 2, unused: 3 },
      type: QueryTypes.SELECT,
    });
    const replaced = await sequelize.query('SELECT ? AS a', { replacements: ["it's"], type: QueryTypes.SELECT });
    expect([...bound, ...replaced]).toEqual([{ b: 2, a: 1, c: 2 }, { a: "it's" }]);
  });

  test('an integer that JavaScript cannot hold fails instead of coming back rounded', async () => {
    const failure = await failureOf(sequelize.query('SELECT 9007199254740993 AS a'));
    expect(failure).toMatchObject({ message: expect.stringContaining('too large') });
  });

  test('a Date is refused with the advice what to bind instead', async () => {
    const failure = await failureOf(sequelize.query('SELECT $1 AS a', { bind: [new Date()] }));
    expect(failure).toMatchObject({ message: expect.stringContaining('Unix milliseconds') });
  });

  test('SELECT * gives a renamed and a new column their names although it was prepared before', async () => {
    await sequelize.query("INSERT INTO notes (text) VALUES ('a')");
    expect(await firstRow('SELECT * FROM notes')).toEqual({ id: 1, text: 'a' });
    await sequelize.query('ALTER TABLE notes RENAME COLUMN text TO words');
    expect(await firstRow('SELECT * FROM notes')).toEqual({ id: 1, words: 'a' });
    await sequelize.query('ALTER TABLE notes ADD COLUMN more INTEGER DEFAULT 7');
    expect(await firstRow('SELECT * FROM notes')).toEqual({ id: 1, words: 'a', more: 7 });
  });
});

describe('models', () => {
  const defineNote = () =>
    sequelize.define(
      'note',
      { id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }, text: DataTypes.STRING },
      { timestamps: false },
    );

  test('learn the ids that were given, one by one and in bulk', async () => {
    const Note = defineNote();
    const one = await Note.create({ text: 'a' });
    const several = await Note.bulkCreate([{ text: 'b' }, { text: 'c' }]);
    expect([one, ...several].map((note) => note.get('id'))).toEqual([1, 2, 3]);
    expect(await Note.count()).toBe(3);
  });

  test('learn how many rows an update and a delete met', async () => {
    const Note = defineNote();
    await Note.bulkCreate([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    expect(await Note.update({ text: 'z' }, { where: { id: 2 } })).toEqual([1]);
    expect(await Note.destroy({ where: { text: ['a', 'z', 'y'] } })).toBe(2);
  });

  test('raw writes tell how many rows they met', async () => {
    await sequelize.query("INSERT INTO notes (text) VALUES ('a'), ('b')");
    const [, metadata] = await sequelize.query("UPDATE notes SET text = text || '!'");
    const [, changed] = await sequelize.query("UPDATE notes SET text = 'c' WHERE id = 2", { type: QueryTypes.UPDATE });
    expect([metadata, changed]).toMatchObject([{ changes: 2 }, 1]);
  });

  test('are described, with their indexes', async () => {
    const queries = sequelize.getQueryInterface();
    expect(await queries.describeTable('notes')).toMatchObject({
      id: { primaryKey: true, type: 'INTEGER' },
      text: { unique: true, type: 'VARCHAR(40)' },
    });
    expect(await queries.showIndex('notes')).toMatchObject([{ unique: true, fields: [{ attribute: 'text' }] }]);
  });
});

describe('errors', () => {
  beforeEach(async () => {
    await sequelize.query(`CREATE TABLE seats (flight INTEGER NOT NULL, seat TEXT NOT NULL, sold INTEGER,
      CONSTRAINT sold_within_capacity CHECK (sold <= 10), UNIQUE (flight, seat))`);
    await sequelize.query(`CREATE TABLE holders (note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE RESTRICT)`);
    await sequelize.query("INSERT INTO notes (text) VALUES ('taken')");
    await sequelize.query("INSERT INTO seats VALUES (1, '1A', 0)");
  });

  test('a taken key is a UniqueConstraintError that names the columns', async () => {
    const failure = await failureOf(sequelize.query("INSERT INTO seats VALUES (1, '1A', 0)"));
    expect(failure).toBeInstanceOf(UniqueConstraintError);
    expect(failure).toMatchObject({
      fields: ['flight', 'seat'],
      parent: {
        message: 'SQLITE_CONSTRAINT: UNIQUE constraint failed: seats.flight, seats.seat',
        code: 'SQLITE_CONSTRAINT_UNIQUE',
        sql: "INSERT INTO seats VALUES (1, '1A', 0)",
      },
    });
  });

  test('a taken primary key is a UniqueConstraintError, too', async () => {
    const failure = await failureOf(sequelize.query("INSERT INTO notes (id, text) VALUES (1, 'b')"));
    expect(failure).toBeInstanceOf(UniqueConstraintError);
    expect(failure).toMatchObject({ fields: ['id'], parent: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
  });

  test('a taken key over an expression is a UniqueConstraintError that names the index', async () => {
    await sequelize.query('CREATE UNIQUE INDEX notes_text_lower ON notes (lower(text))');
    const failure = await failureOf(sequelize.query("INSERT INTO notes (text) VALUES ('TAKEN')"));
    expect(failure).toBeInstanceOf(UniqueConstraintError);
    expect(failure).toMatchObject({ parent: { message: expect.stringContaining("index 'notes_text_lower'") } });
  });

  test.for(['INSERT INTO holders VALUES (99)', 'DELETE FROM notes WHERE id = 1'])(
    'a broken reference is a ForeignKeyConstraintError: %s',
    async (sql) => {
      await sequelize.query('INSERT INTO holders VALUES (1)');
      const failure = await failureOf(sequelize.query(sql));
      expect(failure).toBeInstanceOf(ForeignKeyConstraintError);
      expect(failure).toMatchObject({ parent: { message: 'SQLITE_CONSTRAINT: FOREIGN KEY constraint failed' } });
    },
  );

  test.for([
    ["INSERT INTO seats VALUES (2, '1A', 11)", 'SQLITE_CONSTRAINT: CHECK constraint failed: sold_within_capacity'],
    ["INSERT INTO seats VALUES (NULL, '1A', 1)", 'SQLITE_CONSTRAINT: NOT NULL constraint failed: seats.flight'],
    ['INSERT INTO watched VALUES (1)', 'SQLITE_ABORT: not here'],
    ["INSERT INTO strictly VALUES ('a')", 'SQLITE_CONSTRAINT: cannot store TEXT value in INTEGER column strictly.a'],
    ['SELEC 1', 'SQLITE_ERROR: near "SELEC": syntax error'],
    ['INSERT INTO nowhere VALUES (1)', 'SQLITE_ERROR: no such table: nowhere'],
    ['SELECT 1; SELECT 2', 'SQLITE_MISUSE: give one statement at a time, not several'],
  ] as const)('what is neither stays a DatabaseError: %s', async ([sql, message]) => {
    await sequelize.query('CREATE TABLE strictly (a INTEGER) STRICT');
    await sequelize.query('CREATE TABLE watched (a INTEGER)');
    await sequelize.query(
      "CREATE TRIGGER watch BEFORE INSERT ON watched BEGIN SELECT 1; SELECT RAISE(ABORT, 'not here'); END",
    );
    const failure = await failureOf(sequelize.query(sql));
    expect(failure).toBeInstanceOf(DatabaseError);
    expect(failure).not.toBeInstanceOf(UniqueConstraintError);
    expect(failure).toMatchObject({ message });
  });

  test('a comment after the statement is no second statement', async () => {
    expect(await firstRow('SELECT 1 AS a; -- that is all\n /* ; */')).toEqual({ a: 1 });
  });

  test('a file that cannot be opened is a ConnectionError', async () => {
    const unopenable = openWithDriver('/dev/null/never/test.sqlite');
    const folder = openWithDriver(import.meta.dirname);
    onTestFinished(() => Promise.all([unopenable.close(), folder.close()]).then(() => undefined));
    expect(await failureOf(folder.authenticate())).toBeInstanceOf(ConnectionError);
    expect(await failureOf(unopenable.authenticate())).toMatchObject({ message: expect.stringContaining('/dev/null') });
  });
});

describe('settings', () => {
  test('are WAL, flushed commits and foreign keys; without flushing when asked', async () => {
    const careless = await openTestFile({ synchronous: 'OFF' });
    const settingsOf = async (database: Sequelize) =>
      Promise.all(['journal_mode', 'synchronous', 'foreign_keys'].map((name) => database.query(`PRAGMA ${name}`)));
    const valuesOf = async (database: Sequelize) =>
      (await settingsOf(database)).map(([rows]) => Object.values(Array.isArray(rows) ? (rows[0] ?? {}) : rows));
    expect((await valuesOf(sequelize)).flat()).toEqual(['wal', 2, 1]);
    expect((await valuesOf(careless.sequelize)).flat()).toEqual(['wal', 0, 1]);
  });

  test('one file cannot be flushed and not flushed', async () => {
    const other = openWithDriver(file.path, { synchronous: 'OFF' });
    onTestFinished(() => other.close());
    expect(await failureOf(other.authenticate())).toMatchObject({
      message: expect.stringContaining('synchronous=FULL'),
    });
  });

  test('changed on one connection they stay with it and reach nobody else', async () => {
    await sequelize.query('CREATE TABLE holders (note_id INTEGER REFERENCES notes (id))');
    await sequelize.query('PRAGMA foreign_keys = OFF');
    await sequelize.query('INSERT INTO holders VALUES (98)');
    const elsewhere = sequelize.transaction((transaction) =>
      sequelize.query('INSERT INTO holders VALUES (99)', { transaction }),
    );
    expect(await failureOf(elsewhere)).toBeInstanceOf(ForeignKeyConstraintError);
    await sequelize.query('PRAGMA foreign_keys = ON');
    expect(await failureOf(sequelize.query('INSERT INTO holders VALUES (97)'))).toBeInstanceOf(
      ForeignKeyConstraintError,
    );
  });

  test('read again show what was set meanwhile', async () => {
    await sequelize.query('PRAGMA cache_size = 16');
    expect(await firstRow('PRAGMA cache_size')).toEqual({ cache_size: 16 });
    await sequelize.query('PRAGMA cache_size = 17');
    expect(await firstRow('PRAGMA cache_size')).toEqual({ cache_size: 17 });
  });

  test('foreign keys can be deferred to the commit, more than once', async () => {
    await sequelize.query('CREATE TABLE holders (note_id INTEGER REFERENCES notes (id))');
    for (const id of [1, 2]) {
      await sequelize.transaction(async (transaction) => {
        await sequelize.query('PRAGMA defer_foreign_keys = ON', { transaction });
        await sequelize.query('INSERT INTO holders VALUES ($1)', { bind: [id], transaction });
        await sequelize.query('INSERT INTO notes (id, text) VALUES ($1, $1)', { bind: [id], transaction });
      });
    }
    expect(await firstRow('SELECT count(*) AS held FROM holders')).toEqual({ held: 2 });
  });
});
