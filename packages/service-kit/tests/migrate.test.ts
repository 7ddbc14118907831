import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../src/database/open-database.ts';
import { databaseSettingsOf, log, rowsOf } from './kit-database.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'fixtures/migrate-file.ts');
const schemas = new Map<string, unknown>();

describe('migrations', () => {
  describeOnEachDatabase('from empty', (kind) => {
    test('two processes at once bring the database to the newest schema, each step done once', async () => {
      const env = { ...process.env, ...kind.settings() };
      await Promise.all([1, 2].map(() => run(process.execPath, [program], { env, timeout: 25_000 })));
      const database = await openDatabase(databaseSettingsOf(kind.settings(), 'booking'), log);
      expect(await rowsOf(database, 'SELECT name FROM migrations ORDER BY name')).toEqual([
        { name: '001-effects' },
        { name: 'kit/001-events-and-leases' },
        { name: 'kit/002-replay-dead-letters' },
      ]);
      schemas.set(kind.kind, await readSchema(database));
      await database.close();
    });
  });

  test('make the same tables, columns and keys on both databases', (context) => {
    if (!schemas.has('mariadb')) context.skip('MariaDB is not installed');
    expect(schemas.get('mariadb')).toEqual(schemas.get('sqlite'));
    expect(Object.keys(schemas.get('sqlite') ?? {})).toContain('dead_letters');
  });
});

/** Types by what they hold: SQLite has fewer words for them, and MariaDB writes lengths its own way. */
const typeNames: Readonly<Record<string, string>> = {
  'int(11)': 'integer',
  'bigint(20)': 'bigint',
  mediumtext: 'text',
};

async function readSchema(database: Database): Promise<Record<string, unknown>> {
  const queryInterface = database.sequelize.getQueryInterface();
  const tables = await queryInterface.showAllTables();
  const schema: Record<string, unknown> = {};
  for (const table of tables.map(String).toSorted()) {
    const columns = Object.entries(await queryInterface.describeTable(table)).map(([name, column]) => {
      const type = column.type.toLowerCase();
      // A key that counts up is INTEGER on SQLite whatever its width; nothing else may be.
      const isCounter = table === 'outbox' && name === 'id';
      return {
        name,
        type: isCounter ? 'counter' : (typeNames[type] ?? type),
        isNullable: column.primaryKey ? false : column.allowNull,
        isKey: column.primaryKey,
      };
    });
    schema[table] = { columns, keys: await readKeys(database, table) };
  }
  return schema;
}

/** Every index but the primary key, which stands with the columns: its columns, and whether it is unique. */
async function readKeys(database: Database, table: string): Promise<string[]> {
  // The types of Sequelize call this `object`.
  const indexes = (await database.sequelize.getQueryInterface().showIndex(table)) as {
    primary: boolean;
    unique: boolean;
    name: string;
    fields: { attribute: string }[];
    origin?: string;
  }[];
  return indexes
    .filter((index) => !index.primary && index.origin !== 'pk')
    .map((index) => `${index.unique ? 'unique ' : ''}(${index.fields.map(({ attribute }) => attribute).join(', ')})`)
    .toSorted();
}
