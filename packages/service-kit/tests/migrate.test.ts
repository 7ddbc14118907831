import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { readSchema } from '@jetbridge/testing/read-schema.ts';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
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
