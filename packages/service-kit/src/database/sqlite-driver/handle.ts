import { DatabaseSync } from 'node:sqlite';
import { isDamage, SqliteError, toSqliteError } from './error-codes.ts';
import { comesAgain, nothingDone, PreparedStatement, type StatementOutcome } from './prepared-statement.ts';
import { StatementCache } from './statement-cache.ts';
import type { StatementRole } from './statement-role.ts';
import type { StatementParameters } from './values.ts';

// Preparing costs four times as much as running; Sequelize writes values into its SELECTs, so most are seen once.
const maxPreparedStatements = 128;
// A statement dropped from the cache keeps its 3 to 50 kB until V8 collects all of its heap, and V8 does not know of
// them: 100,000 different SELECTs cost 300 MB. Closing the handle frees them at once.
const maxDroppedStatements = 500;
// 32 MB, because the 2 MB that are usual make a bulk load into several indexes read its own pages back again and again.
const pageCacheKib = 32_768;

/** One open connection to a file, with its prepared statements. Everything it does is done when it returns. */
export class Handle {
  readonly #connection: DatabaseSync;
  readonly #prepared = new StatementCache<PreparedStatement>(maxPreparedStatements);
  #preparedInAll = 0;
  #isSpoiled = false;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** False also when the transaction of a spoiled handle is still open: it cannot come to a good end any more. */
  get isInTransaction(): boolean {
    return this.#connection.isTransaction && !this.#isSpoiled;
  }

  /** The file or its disk failed under this handle: it must be closed instead of being used again. */
  get isSpoiled(): boolean {
    return this.#isSpoiled;
  }

  /** So many statements were dropped that a new handle should take over. */
  get isWornOut(): boolean {
    return this.#preparedInAll - this.#prepared.size > maxDroppedStatements;
  }

  /** @throws SqliteError, or Node's error for a value that cannot be bound or read. */
  runStatement(
    sql: string,
    parameters: StatementParameters,
    wantsRows: boolean,
    role: StatementRole,
  ): StatementOutcome {
    try {
      return this.#prepare(sql, role).run(parameters, wantsRows);
    } catch (error) {
      throw this.#noteDamage(error);
    }
  }

  /** @throws SqliteError */
  runScript(sql: string): StatementOutcome {
    try {
      this.#connection.exec(sql);
      return nothingDone();
    } catch (error) {
      throw this.#noteDamage(error);
    }
  }

  /** Ends an open transaction, if there is one, without keeping what it did. */
  rollBack(): void {
    if (!this.#connection.isTransaction) {
      return;
    }
    try {
      this.#connection.exec('ROLLBACK');
    } catch {
      // Closing the handle rolls back, too.
      this.#isSpoiled = true;
    }
  }

  /** Moves the WAL into the file and empties it. False when another process is reading or writing. */
  checkpoint(): boolean {
    return this.#connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
  }

  close(): void {
    this.#connection.close();
  }

  #prepare(sql: string, role: StatementRole): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const prepared = new PreparedStatement(this.#connection, sql);
    this.#preparedInAll += 1;
    if (comesAgain(sql, role)) this.#prepared.set(sql, prepared);
    return prepared;
  }

  #noteDamage(thrown: unknown): Error {
    const error = toSqliteError(thrown);
    this.#isSpoiled ||= isDamage(error);
    return error;
  }
}

/** Opens a file in WAL mode, or a database in memory. @throws SqliteError, `SQLITE_BUSY` when worth another try. */
export function openHandle(path: string, synchronous: 'FULL' | 'OFF'): Handle {
  let connection: DatabaseSync | null = null;
  try {
    connection = new DatabaseSync(path, {
      timeout: 0,
      enableForeignKeyConstraints: true,
      allowBareNamedParameters: false,
      allowUnknownNamedParameters: true,
    });
    if (path !== ':memory:') {
      const mode = connection.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
      if (mode !== 'wal') {
        throw new SqliteError('SQLITE_CANTOPEN', `${path} must be on a local disk: its journal mode stays ${mode}`);
      }
    }
    connection.exec(`PRAGMA synchronous = ${synchronous}`);
    connection.exec(`PRAGMA cache_size = -${pageCacheKib}`);
    return new Handle(connection);
  } catch (error) {
    connection?.close();
    throw toSqliteError(error);
  }
}
