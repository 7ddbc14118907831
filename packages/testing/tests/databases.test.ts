import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { describeOnEachDatabase } from '../src/databases.ts';
import { createDatabase } from '../src/mariadb-databases.ts';
import { sharedMariadb } from '../src/shared-servers-client.ts';
import { describeWithServer } from '../src/suite-availability.ts';

const ranOn: string[] = [];
const bookingUrls: string[] = [];
const folders: string[] = [];

describeOnEachDatabase('a suite on each database', (database) => {
  test('gets settings of a service', async () => {
    ranOn.push(database.kind);
    const settings = database.settings();
    expect(database.settings()).toEqual(settings);
    folders.push(settings.DATA_DIR ?? '');
    if (database.kind === 'sqlite') {
      expect(Object.keys(settings).sort()).toEqual(['DATA_DIR', 'NODE_ENV']);
      new DatabaseSync(join(settings.DATA_DIR ?? '', 'airline_booking.sqlite')).exec('CREATE TABLE seat (code TEXT)');
      return;
    }
    const url = settings.BOOKING_DATABASE_URL ?? '';
    bookingUrls.push(url);
    expect(url).toMatch(/^mysql:\/\/root@127\.0\.0\.1:\d+\/airline_booking_[0-9a-f]{12}$/);
    expect(settings).toMatchObject({ DATABASE_URL: await sharedMariadb(), EVENTS: 'feed' });
    expect(await databaseExists(url)).toBe(false);
    await createDatabase(await sharedMariadb(), new URL(url).pathname.slice(1));
    expect(await databaseExists(url)).toBe(true);
  });
});

describeOnEachDatabase('a second suite in the same file', (database) => {
  test('gets databases of its own', () => {
    if (database.kind === 'mariadb') bookingUrls.push(database.settings().BOOKING_DATABASE_URL ?? '');
  });
});

describeWithServer('after both suites', 'mariadb', () => {
  test('they ran on SQLite and MariaDB, apart from each other, and left nothing', async () => {
    expect(ranOn).toEqual(['sqlite', 'mariadb']);
    expect(new Set(bookingUrls).size).toBe(2);
    for (const url of bookingUrls) expect(await databaseExists(url)).toBe(false);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
  });
});

describe('database.settings() outside of hooks and tests', () => {
  const complaints: unknown[] = [];
  describeOnEachDatabase('a suite that asks too early', (database) => {
    try {
      database.settings();
    } catch (error) {
      complaints.push(error);
    }
    test('has tests all the same', () => undefined);
  });

  test('explains where to call it', () => {
    expect(complaints).not.toEqual([]);
    for (const complaint of complaints) expect(String(complaint)).toContain('call it in beforeAll');
  });
});

async function databaseExists(url: string): Promise<boolean> {
  const connection = await createConnection(await sharedMariadb());
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SHOW DATABASES LIKE ?', [new URL(url).pathname.slice(1)]);
    return rows.length > 0;
  } finally {
    await connection.end();
  }
}
