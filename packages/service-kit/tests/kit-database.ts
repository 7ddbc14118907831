import type { TestDatabase } from '@jetbridge/testing/databases.ts';
import { QueryTypes } from 'sequelize';
import { readDatabaseSettings } from '../src/config/profile.ts';
import type { Environment } from '../src/config/settings.ts';
import { migrate } from '../src/database/migrate.ts';
import { type Database, openDatabase } from '../src/database/open-database.ts';
import { appendEvents, type EventDraft } from '../src/events/outbox.ts';
import { createLogger } from '../src/log/logger.ts';

export const ownMigrations = new URL('./fixtures/migrations/', import.meta.url);

/** Says nothing, unless a test is being looked into. */
export const log = createLogger({ service: 'test', level: 'silent' });

const names = {
  booking: { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' },
  flight: { setting: 'FLIGHT_DATABASE_URL', database: 'airline_flight' },
} as const;

export const databaseSettingsOf = (settings: Environment, whose: keyof typeof names) =>
  readDatabaseSettings(settings, names[whose]);

/** A database with the kit's tables and one more, `effects`. */
export async function openKitDatabase(kind: Pick<TestDatabase, 'settings'>, whose: keyof typeof names) {
  const database = await openDatabase(databaseSettingsOf(kind.settings(), whose), log);
  await migrate(database, ownMigrations, log);
  return database;
}

const tables = ['outbox', 'inbox', 'feed_cursors', 'dead_letters', 'leases', 'effects'];

export async function emptyTables(database: Database): Promise<void> {
  for (const table of tables) await database.sequelize.query(`DELETE FROM ${table}`);
}

export const inventoryChanged = (flightId: string, version = 1): EventDraft => ({
  type: 'inventory.changed',
  subject: flightId,
  data: { flightId, version, cabins: [] },
});

/** An event nobody works on. */
export const userRegistered = (id: string): EventDraft => ({
  type: 'user.registered',
  subject: id,
  data: { id, email: `${id}@example.com`, name: 'Ada', version: 1 },
});

/** Tells the events in a transaction of their own. */
export const tell = (database: Database, ...drafts: EventDraft[]) =>
  database.write((tx) => appendEvents(database, drafts, tx));

export async function rowsOf<Row extends object>(database: Database, sql: string): Promise<Row[]> {
  return database.sequelize.query<Row>(sql, { type: QueryTypes.SELECT });
}

export async function countOf(database: Database, table: string): Promise<number> {
  const [row] = await rowsOf<{ number: number }>(database, `SELECT COUNT(*) AS number FROM ${table}`);
  return Number(row?.number);
}
