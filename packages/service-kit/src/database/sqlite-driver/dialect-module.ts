import { Database, type OpenCallback } from './database.ts';
import { openSqliteFile, type SqliteFileOptions } from './sqlite-file.ts';

/** How the SQLite driver behaves. Every Sequelize of one process that opens the same file must agree on these. */
export interface SqliteDialectModuleOptions {
  /**
   * How long a statement waits for the write lock, in milliseconds, before it fails with `SQLITE_BUSY` (Sequelize's
   * `TimeoutError`). While writers ahead of it in the same process keep getting the lock, it goes on waiting.
   */
  readonly busyDeadlineMs?: number;
  /** How many handles that nobody uses stay open per file. */
  readonly maxIdleHandles?: number;
  /** `FULL` survives a power failure; `OFF` is for what may be lost, such as counters of a rate limit. */
  readonly synchronous?: 'FULL' | 'OFF';
}

/** What Sequelize 6 takes as `dialectModule` for `dialect: 'sqlite'`, shaped like the package `sqlite3`. */
export interface SqliteDialectModule {
  readonly Database: new (filename: string, mode: number, callback?: OpenCallback) => Database;
  readonly OPEN_READONLY: number;
  readonly OPEN_READWRITE: number;
  readonly OPEN_CREATE: number;
}

const openReadonly = 1;
const openReadwrite = 2;
// Not node-sqlite3's 4: with it Sequelize makes the file's folder anew for each transaction. This driver does it once.
const openCreate = 0;

// A bulk load that holds the lock takes about 5 s; twice that is not yet somebody hanging.
const defaultBusyDeadlineMs = 10_000;
// One handle writes and one reads beside it; more are needed only while several transactions read, and each idle one
// may keep its whole page cache.
const defaultMaxIdleHandles = 4;

/**
 * Makes the module that lets Sequelize 6 run on `node:sqlite`:
 * `new Sequelize({ dialect: 'sqlite', storage, transactionType: 'IMMEDIATE', dialectModule })`.
 *
 * Files are opened in WAL mode with foreign keys enforced (also when Sequelize's `foreignKeys` is false). Write
 * transactions and single writes of one process take turns first-in-first-out per file; between processes a busy
 * file is asked again with jitter, and the event loop is never blocked by waiting. Reads do not wait for writes.
 * Close the file with {@link closeSqliteHandles} (`sqlite-file.ts`) after closing the Sequelize.
 */
export function createSqliteDialectModule(options: SqliteDialectModuleOptions = {}): SqliteDialectModule {
  const fileOptions: SqliteFileOptions = {
    busyDeadlineMs: options.busyDeadlineMs ?? defaultBusyDeadlineMs,
    maxIdleHandles: options.maxIdleHandles ?? defaultMaxIdleHandles,
    synchronous: options.synchronous ?? 'FULL',
  };
  class SqliteDatabase extends Database {
    constructor(filename: string, mode: number, callback?: OpenCallback) {
      if (mode !== openReadwrite) {
        throw new Error(`SQLite files are opened for reading and writing only; remove dialectOptions.mode (${mode})`);
      }
      super(filename, openSqliteFile(filename, fileOptions), callback);
    }
  }
  return {
    Database: SqliteDatabase,
    OPEN_READONLY: openReadonly,
    OPEN_READWRITE: openReadwrite,
    OPEN_CREATE: openCreate,
  };
}
