import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAllDatabaseSettings } from './database-settings.ts';

type Outcome = { readonly code: number; readonly output: string };

function run(
  program: 'backup' | 'restore',
  settings: Record<string, string>,
  ...parameters: string[]
): Promise<Outcome> {
  const file = join(import.meta.dirname, `${program}.ts`);
  const env = { PATH: process.env.PATH, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...parameters], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describeOnEachDatabase('a backup', (database) => {
  const target = temporaryFolder('backup');
  const saved = join(target.path, 'saved');
  const settings = () => database.settings();
  const openAll = () => {
    const log = createLogger({ service: 'test', level: 'fatal' });
    return Promise.all(Object.values(readAllDatabaseSettings(settings())).map((one) => openDatabase(one, log)));
  };
  const execute = (one: Database, sql: string) => one.write((transaction) => one.sequelize.query(sql, { transaction }));
  const numbersIn = async (databases: readonly Database[]) => {
    const rows = await Promise.all(
      databases.map((one) => one.sequelize.query<{ n: number }>('SELECT n FROM things', { type: QueryTypes.SELECT })),
    );
    return rows.flat().map(({ n }) => Number(n));
  };

  beforeAll(async () => {
    const databases = await openAll();
    for (const one of databases) {
      await execute(one, 'CREATE TABLE things (n INTEGER NOT NULL)');
      await execute(one, 'INSERT INTO things (n) VALUES (1)');
    }
    await Promise.all(databases.map((one) => one.close()));
    for (const name of ['mail', 'secrets']) {
      mkdirSync(join(settings().DATA_DIR ?? '', name), { recursive: true });
      writeFileSync(join(settings().DATA_DIR ?? '', name, 'file'), `${name} before`);
    }
  });
  afterAll(target.remove);

  test('is made while all databases are written to, and is one moment of all of them', async () => {
    const databases = await openAll();
    let going = true;
    let last = 1;
    const writing = (async () => {
      while (going) {
        last += 1;
        for (const one of databases) await execute(one, `UPDATE things SET n = ${last}`);
      }
    })();
    const outcome = await run('backup', settings(), saved);
    going = false;
    await writing;
    await Promise.all(databases.map((one) => one.close()));

    expect(outcome).toMatchObject({ code: 0, output: expect.stringContaining(`saved to ${saved}`) });
    expect(last).toBeGreaterThan(3);
    expect(JSON.parse(readFileSync(join(saved, 'manifest.json'), 'utf8'))).toMatchObject({
      format: 1,
      databases: database.kind === 'sqlite' ? 'sqlite' : 'mysql',
    });
  });

  test('is refused a second time into the same folder', async () => {
    expect(await run('backup', settings(), saved)).toMatchObject({
      code: 1,
      output: expect.stringContaining('exists'),
    });
  });

  test('is not put in the place of data, nor under a running system', async () => {
    const plain = await run('restore', settings(), saved);
    expect(plain).toMatchObject({ code: 1, output: expect.stringContaining('There is data already') });
    const databases = await openAll();
    await numbersIn(databases);
    const forced = await run('restore', settings(), saved, '--force');
    await Promise.all(databases.map((one) => one.close()));
    expect(forced).toMatchObject({ code: 1, output: expect.stringContaining('The system runs') });
  });

  test('brings back what it holds, whole, when it is asked to', async () => {
    let databases = await openAll();
    for (const one of databases) await execute(one, 'UPDATE things SET n = -1');
    await Promise.all(databases.map((one) => one.close()));
    const dataFolder = settings().DATA_DIR ?? '';
    writeFileSync(join(dataFolder, 'mail', 'file'), 'mail after');

    const restored = await run('restore', settings(), saved, '--force');
    expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('found them sound') });

    databases = await openAll();
    const numbers = await numbersIn(databases);
    await Promise.all(databases.map((one) => one.close()));
    expect(numbers).toHaveLength(4);
    expect(Math.min(...numbers)).toBeGreaterThan(0);
    // Written one after the other: a moment of all of them shows one step at most, and never backwards.
    expect(numbers).toEqual(numbers.toSorted((one, other) => other - one));
    expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThanOrEqual(1);
    expect(readFileSync(join(dataFolder, 'mail', 'file'), 'utf8')).toBe('mail before');
    const [aside] = readdirSync(dataFolder).filter((name) => name.startsWith('replaced-'));
    expect(readFileSync(join(dataFolder, aside ?? '', 'mail', 'file'), 'utf8')).toBe('mail after');
  });

  test('that is damaged is refused before anything is touched', async () => {
    const [file] = readdirSync(join(saved, 'databases'));
    const path = join(saved, 'databases', file ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 255;
    writeFileSync(path, bytes);
    const outcome = await run('restore', settings(), saved, '--force');
    expect(outcome).toMatchObject({ code: 1, output: expect.stringContaining('damaged') });
    const databases = await openAll();
    expect(await numbersIn(databases)).toHaveLength(4);
    await Promise.all(databases.map((one) => one.close()));
  });
});

describe('a backup of nothing', () => {
  const folder = temporaryFolder('backup');
  afterAll(folder.remove);

  test('is no backup', async () => {
    const outcome = await run('backup', { DATA_DIR: join(folder.path, 'data') }, join(folder.path, 'saved'));
    expect(outcome).toMatchObject({ code: 1, output: expect.stringContaining('check DATA_DIR') });
    expect(existsSync(join(folder.path, 'saved'))).toBe(false);
  });

  test('leaves no folder behind when a file is damaged', async () => {
    const data = join(folder.path, 'damaged');
    mkdirSync(data);
    for (const name of ['auth', 'flight', 'booking', 'reminder']) {
      const database = new DatabaseSync(join(data, `airline_${name}.sqlite`));
      database.exec('CREATE TABLE things (n INTEGER)');
      database.close();
    }
    writeFileSync(join(data, 'airline_booking.sqlite'), 'this is not a database, whatever its name says');
    const outcome = await run('backup', { DATA_DIR: data }, join(folder.path, 'saved'));
    expect(outcome.code).not.toBe(0);
    expect(readdirSync(folder.path)).toEqual(['damaged']);
  });
});
