import { afterAll, beforeAll, describe } from 'vitest';
import { databaseUrl, dropDatabases } from './mariadb-databases.ts';
import { sharedMariadb } from './shared-servers-client.ts';
import { describeWithServer } from './suite-availability.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { uniqueName } from './unique-name.ts';

/** The database that a suite runs on, new and empty. */
export type TestDatabase = {
  readonly kind: 'sqlite' | 'mariadb';
  /** The environment variables that put a service on this database, for its `loadConfig`; in hooks and tests only. */
  settings(): Record<string, string>;
};

const databaseSettings = {
  AUTH_DATABASE_URL: 'airline_auth',
  FLIGHT_DATABASE_URL: 'airline_flight',
  BOOKING_DATABASE_URL: 'airline_booking',
  REMINDER_DATABASE_URL: 'airline_reminder',
} as const satisfies Record<`${string}_DATABASE_URL`, string>;

/**
 * Runs the same suite on SQLite and on a real MariaDB, each time with empty databases, which go when the suite ends.
 * On MariaDB the settings choose the event feed; add a broker's settings (`describeWithBroker`) to use that instead.
 */
export function describeOnEachDatabase(name: string, body: (database: TestDatabase) => void): void {
  describe(`${name} (SQLite)`, () => body(sqliteDatabase()));
  describeWithServer(`${name} (MariaDB)`, 'mariadb', () => body(mariadbDatabase()));
}

function sqliteDatabase(): TestDatabase {
  const folder = folderOfSuite();
  return { kind: 'sqlite', settings: () => ({ NODE_ENV: 'test', DATA_DIR: folder().path }) };
}

export function mariadbDatabase(): TestDatabase {
  const folder = folderOfSuite();
  const names = Object.entries(databaseSettings).map(([setting, database]) => [setting, uniqueName(database)] as const);
  let serverUrl: string | undefined;
  beforeAll(async () => {
    serverUrl = await sharedMariadb();
  });
  afterAll(async () => {
    if (!serverUrl) return;
    const databases = names.map(([, database]) => database);
    await dropDatabases(serverUrl, databases);
  });
  return {
    kind: 'mariadb',
    settings: () => {
      const url = known(serverUrl);
      const urls = names.map(([setting, database]) => [setting, databaseUrl(url, database)]);
      return {
        NODE_ENV: 'test',
        EVENTS: 'feed',
        DATA_DIR: folder().path,
        DATABASE_URL: url,
        ...Object.fromEntries(urls),
      };
    },
  };
}

function folderOfSuite(): () => TemporaryFolder {
  let folder: TemporaryFolder | undefined;
  beforeAll(() => {
    folder = temporaryFolder('data');
  });
  afterAll(() => folder?.remove());
  return () => known(folder);
}

function known<Value>(value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new Error('database.settings() is known while the suite runs: call it in beforeAll, beforeEach or a test.');
}
