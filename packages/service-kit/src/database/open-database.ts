import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Connection } from 'mysql2';
import { Sequelize, type Transaction } from 'sequelize';
import type { Logger } from '../log/logger.ts';
import { wait } from '../time/wait.ts';
import type { Dialect } from './dialect.ts';
import { createMissingMysqlDatabase, mysqlDialect } from './dialects/mysql.ts';
import { sqliteDialect } from './dialects/sqlite.ts';
import { createSqliteDialectModule } from './sqlite-driver/dialect-module.ts';

/** Where a service keeps its data: a file of its own, or a database of its own on a MySQL or MariaDB server. */
export type DatabaseSettings =
  | { readonly dialect: 'sqlite'; readonly file: string }
  | { readonly dialect: 'mysql'; readonly url: string; readonly poolSize: number };

/** A service's database. Reads may go through `sequelize` directly; every write belongs into `write`. */
export type Database = {
  readonly sequelize: Sequelize;
  readonly dialect: Dialect;
  /**
   * Runs `work` in one transaction: READ COMMITTED on MySQL/MariaDB, IMMEDIATE on SQLite. A deadlock, a lock timeout or
   * a busy file rolls back everything and runs `work` again, so it must have no effects but on the database.
   */
  readonly write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** Attempts at one transaction; each is preceded by a short random wait, so that rivals do not meet again. */
const maximumAttempts = 8;

/** Opens a service's database and creates it when it is missing. Tables come by `migrate`. */
export async function openDatabase(settings: DatabaseSettings, log: Logger): Promise<Database> {
  if (settings.dialect === 'mysql') await createMissingMysqlDatabase(settings.url);
  else mkdirSync(dirname(settings.file), { recursive: true });
  const dialect = settings.dialect === 'mysql' ? mysqlDialect : sqliteDialect;
  const sequelize = connect(settings);
  await sequelize.authenticate();
  return {
    sequelize,
    dialect,
    write: (work) => runTransaction({ sequelize, dialect, log, work }),
    close: async () => {
      await sequelize.close();
      if (settings.dialect === 'sqlite') dialect.closed(settings.file);
    },
  };
}

function connect(settings: DatabaseSettings): Sequelize {
  const common = { logging: false, define: { underscored: true, timestamps: false } } as const;
  if (settings.dialect === 'sqlite') {
    return new Sequelize({
      ...common,
      dialect: 'sqlite',
      storage: settings.file,
      dialectModule: createSqliteDialectModule(),
      // Named here because Sequelize has no constant for it outside `Transaction.TYPES`.
      transactionType: 'IMMEDIATE' as Transaction.TYPES,
    });
  }
  return new Sequelize(settings.url.replace(/^mariadb:/, 'mysql:'), {
    ...common,
    dialect: 'mysql',
    timezone: '+00:00',
    // Once for each connection: as Sequelize's `isolationLevel` it would be said again before each transaction.
    hooks: { afterConnect: readCommitted },
    pool: { max: settings.poolSize, min: 0, acquire: 10_000, idle: 30_000 },
    dialectOptions: { charset: 'utf8mb4', connectTimeout: 5_000 },
  });
}

async function readCommitted(connection: unknown): Promise<void> {
  // Sequelize hands over what its driver made: a connection of mysql2.
  const { promise } = connection as Connection;
  await promise.call(connection).query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
}

async function runTransaction<T>(run: {
  sequelize: Sequelize;
  dialect: Dialect;
  log: Logger;
  work: (tx: Transaction) => Promise<T>;
}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run.sequelize.transaction(run.work);
    } catch (error) {
      if (attempt === maximumAttempts || !run.dialect.isRetryable(error)) throw error;
      run.log.debug({ attempt, error }, 'a transaction met another one and runs again');
      await wait(Math.random() * 10 * 2 ** attempt);
    }
  }
}
