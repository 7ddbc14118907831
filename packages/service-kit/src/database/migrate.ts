import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { QueryTypes, type Transaction } from 'sequelize';
import { Umzug } from 'umzug';
import type { Logger } from '../log/logger.ts';
import type { Dialect } from './dialect.ts';
import type { Database } from './open-database.ts';

/** What a migration works with: plain SQL that both databases understand, and the few types that differ. */
export type MigrationContext = {
  readonly run: (sql: string) => Promise<void>;
  readonly types: Dialect['types'];
  readonly dialect: Dialect['name'];
};

/** The one function a migration file exports. Once released, a migration is never changed. */
export type Migration = (context: MigrationContext) => Promise<void>;

const ownFolder = new URL('../../migrations/', import.meta.url);

/**
 * Brings a database to the newest schema: first this kit's tables, then the service's, in the order of the files' names.
 * Processes that start together take turns; who comes later finds nothing to do.
 * @param folder the `migrations/` folder of the service, as a file URL with a slash at its end.
 */
export async function migrate(database: Database, folder: URL, log: Logger): Promise<void> {
  await database.dialect.whileMigrating(database.sequelize, async (tx) => {
    const context: MigrationContext = {
      run: (sql) => run(database, sql, tx),
      types: database.dialect.types,
      dialect: database.dialect.name,
    };
    await context.run('CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(200) NOT NULL PRIMARY KEY)');
    const umzug = new Umzug({
      migrations: [...migrationsIn(ownFolder, 'kit/', context), ...migrationsIn(folder, '', context)],
      storage: storageIn(database, tx),
      logger: undefined,
    });
    const done = await umzug.up();
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'the database was brought up to date');
  });
}

function migrationsIn(folder: URL, prefix: string, context: MigrationContext) {
  return readdirSync(fileURLToPath(folder))
    .filter((file) => /^\d{3}-[a-z0-9-]+\.ts$/.test(file))
    .toSorted()
    .map((file) => ({
      name: `${prefix}${file.slice(0, -'.ts'.length)}`,
      up: async () => {
        const { up }: { up: Migration } = await import(new URL(file, folder).href);
        await up(context);
      },
    }));
}

function storageIn(database: Database, tx: Transaction | undefined) {
  return {
    executed: async () => {
      const rows = await database.sequelize.query<{ name: string }>('SELECT name FROM migrations', {
        type: QueryTypes.SELECT,
        transaction: tx ?? null,
      });
      return rows.map(({ name }) => name);
    },
    logMigration: ({ name }: { name: string }) => run(database, 'INSERT INTO migrations (name) VALUES (?)', tx, [name]),
    unlogMigration: ({ name }: { name: string }) => run(database, 'DELETE FROM migrations WHERE name = ?', tx, [name]),
  };
}

async function run(database: Database, sql: string, tx: Transaction | undefined, replacements: string[] = []) {
  await database.sequelize.query(sql, { transaction: tx ?? null, replacements });
}
