import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { isDamage, SqliteError, toSqliteError } from './error-codes.ts';
import { StatementCache } from './statement-cache.ts';
import type { StatementRole } from './statement-role.ts';
import { type BindableValue, type Row, type SqlOutputRow, toRow, toSqlValue, toSqlValues } from './values.ts';

export type { Row } from './values.ts';

/** Values by position, or by name with the name's prefix (`$1`, `$id`, `:id`). Names the SQL lacks are ignored. */
export type StatementParameters = readonly BindableValue[] | Readonly<Record<string, BindableValue>>;

export interface StatementOutcome {
  /** Undefined when the rows were not asked for. */
  readonly rows: Row[] | undefined;
  readonly lastId: number;
  readonly changes: number;
}

interface PreparedStatement {
  readonly statement: StatementSync;
  /** Null for a statement that returns no rows. */
  columnNames: string[] | null;
  /** `SELECT *`: another process may add or rename columns while the statement stays prepared. */
  readonly columnsMayMove: boolean;
}

// Preparing costs four times as much as running; Sequelize writes values into its SELECTs, so most are seen once.
const MAX_PREPARED_STATEMENTS = 128;
// Longer ones are bulk inserts with their values inside, and never come again.
const MAX_CACHED_SQL_LENGTH = 8_192;
// 32 MB, because the 2 MB that are usual make a bulk load into several indexes read its own pages back again and again.
const PAGE_CACHE_KIB = 32_768;

/** One open connection to a file, with its prepared statements. Everything it does is done when it returns. */
export class Handle {
  readonly #connection: DatabaseSync;
  readonly #prepared = new StatementCache<PreparedStatement>(MAX_PREPARED_STATEMENTS);
  #isSpoiled = false;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  get isInTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** The file or its disk failed under this handle: it must be closed instead of being used again. */
  get isSpoiled(): boolean {
    return this.#isSpoiled;
  }

  /** @throws SqliteError, or Node's error for a value that cannot be bound or read. */
  runStatement(
    sql: string,
    parameters: StatementParameters,
    wantsRows: boolean,
    role: StatementRole,
  ): StatementOutcome {
    try {
      const prepared = this.#prepare(sql, role);
      return wantsRows && prepared.columnNames
        ? { rows: readRows(prepared, parameters), lastId: 0, changes: 0 }
        : runWithoutRows(prepared, parameters, wantsRows);
    } catch (error) {
      throw this.#noteDamage(error);
    }
  }

  /** @throws SqliteError */
  runScript(sql: string): StatementOutcome {
    try {
      this.#connection.exec(sql);
      return { rows: undefined, lastId: 0, changes: 0 };
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
    if (known) {
      return known;
    }
    const statement = this.#connection.prepare(sql);
    refuseSecondStatement(sql, statement.sourceSQL);
    const columnNames = readColumnNames(statement);
    statement.setReturnArrays(true);
    const prepared: PreparedStatement = {
      statement,
      columnNames: columnNames.length > 0 ? columnNames : null,
      columnsMayMove: sql.includes('*'),
    };
    if (mayCache(sql, role)) {
      this.#prepared.set(sql, prepared);
    }
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
    connection.exec(`PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
    return new Handle(connection);
  } catch (error) {
    connection?.close();
    throw toSqliteError(error);
  }
}

function readRows(prepared: PreparedStatement, parameters: StatementParameters): Row[] {
  const { statement } = prepared;
  const found = isPositional(parameters)
    ? statement.all(...parameters.map(toSqlValue))
    : statement.all(toSqlValues(parameters));
  if (prepared.columnsMayMove) {
    prepared.columnNames = readColumnNames(statement);
  }
  const columnNames = prepared.columnNames ?? [];
  // `setReturnArrays(true)` makes every row an array, which the types of Node do not express.
  return found.map((values) => toRow(columnNames, values as unknown as SqlOutputRow));
}

function runWithoutRows(
  { statement }: PreparedStatement,
  parameters: StatementParameters,
  wantsRows: boolean,
): StatementOutcome {
  const result = isPositional(parameters)
    ? statement.run(...parameters.map(toSqlValue))
    : statement.run(toSqlValues(parameters));
  return {
    rows: wantsRows ? [] : undefined,
    lastId: Number(result.lastInsertRowid),
    changes: Number(result.changes),
  };
}

/** `prepare` compiles the first statement and forgets the others without a word. */
function refuseSecondStatement(sql: string, compiled: string): void {
  const rest = sql.slice(sql.indexOf(compiled) + compiled.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  if (/[^\s;]/.test(rest))
    throw new SqliteError('SQLITE_MISUSE', 'one statement at a time; a script goes through exec()');
}

function readColumnNames(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name);
}

function mayCache(sql: string, role: StatementRole): boolean {
  return sql.length <= MAX_CACHED_SQL_LENGTH && role !== 'setting' && role !== 'already-set';
}

function isPositional(parameters: StatementParameters): parameters is readonly BindableValue[] {
  return Array.isArray(parameters);
}
