import { join } from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import {
  DatabaseError,
  DataTypes,
  ForeignKeyConstraintError,
  Model,
  type Sequelize,
  UniqueConstraintError,
} from 'sequelize';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from './fixtures/open-test-database.ts';
import { closeSqliteHandles } from './sqlite-file.ts';

class Seat extends Model {}

let folder: TemporaryFolder;
let file: string;
let sequelize: Sequelize;

beforeAll(async () => {
  folder = temporaryFolder('sqlite');
  file = join(folder.path, 'test.sqlite');
  sequelize = openTestDatabase(file);
  await sequelize.query('CREATE TABLE flights (id INTEGER PRIMARY KEY)');
  await sequelize.query(`CREATE TABLE seats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    flight_id INTEGER NOT NULL REFERENCES flights (id),
    place VARCHAR(4) NOT NULL,
    is_window INTEGER,
    price_minor BIGINT CHECK (price_minor >= 0),
    UNIQUE (flight_id, place)
  )`);
  await sequelize.query('INSERT INTO flights (id) VALUES (1)');
  Seat.init(
    {
      flight_id: DataTypes.INTEGER,
      place: DataTypes.STRING,
      is_window: DataTypes.BOOLEAN,
      price_minor: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'seats', timestamps: false },
  );
});

afterAll(async () => {
  await sequelize.close();
  closeSqliteHandles(file);
  folder.remove();
});

test('a second row with the same key is a UniqueConstraintError that names the columns', async () => {
  await Seat.create({ flight_id: 1, place: '1A' });
  const error = await Seat.create({ flight_id: 1, place: '1A' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UniqueConstraintError);
  expect(error).toMatchObject({ fields: ['flight_id', 'place'] });
});

test('a row without its parent is a ForeignKeyConstraintError', async () => {
  await expect(Seat.create({ flight_id: 2, place: '1A' })).rejects.toBeInstanceOf(ForeignKeyConstraintError);
});

test('a row against a CHECK is a DatabaseError that says CHECK', async () => {
  const error = await Seat.create({ flight_id: 1, place: '2A', price_minor: -1 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String(error)).toContain('CHECK constraint failed');
});

test('a missing value where there must be one is an error that says NOT NULL', async () => {
  const insert = sequelize.query("INSERT INTO seats (place) VALUES ('3A')");
  await expect(insert).rejects.toThrow('NOT NULL constraint failed: seats.flight_id');
});

test('wrong SQL is a DatabaseError with the message of SQLite', async () => {
  const error = await sequelize.query('SELECT id FROM nowhere').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String(error)).toContain('no such table: nowhere');
});

test('values come back as they were given, and a new row knows its id', async () => {
  const seat = await Seat.create({ flight_id: 1, place: "4'A", is_window: true, price_minor: 2 ** 52 });
  const [updated] = await Seat.update({ is_window: false }, { where: { id: seat.get('id') } });
  const found = await Seat.findOne({ where: { place: "4'A" }, raw: true });
  expect(updated).toBe(1);
  expect(found).toMatchObject({ id: seat.get('id'), is_window: 0, price_minor: 2 ** 52 });
});
