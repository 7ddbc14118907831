import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { QueryTypes } from 'sequelize';
import { expect, test } from 'vitest';
import { openTestDatabase } from './fixtures/open-test-database.ts';
import { closeSqliteHandles } from './sqlite-file.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'fixtures/count-up.ts');

test('three processes that read, add one and write 200 times each lose none of the 600', async () => {
  const folder = temporaryFolder('sqlite');
  const file = join(folder.path, 'test.sqlite');
  const sequelize = openTestDatabase(file);
  await sequelize.query('CREATE TABLE counters (value INTEGER NOT NULL)');
  await sequelize.query('INSERT INTO counters (value) VALUES (0)');

  const outcomes = await Promise.all(
    Array.from({ length: 3 }, () => run(process.execPath, [program, file, '200'], { timeout: 25_000 })),
  );

  expect(outcomes.map(({ stdout }) => stdout)).toEqual(['200', '200', '200']);
  const rows = await sequelize.query('SELECT value FROM counters', { type: QueryTypes.SELECT });
  expect(rows).toEqual([{ value: 600 }]);
  await sequelize.close();
  closeSqliteHandles(file);
  folder.remove();
});
