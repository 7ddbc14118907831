import { type Sequelize, type Transaction, UniqueConstraintError } from 'sequelize';

/** A value as it is bound into a statement. */
export type SqlValue = string | number | boolean | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** What SQLite and MySQL/MariaDB say differently. All other SQL of the system is common to both. */
export type Dialect = {
  readonly name: 'sqlite' | 'mysql';
  /** Column types for migrations. */
  readonly types: {
    /** A primary key that counts up and never uses a number twice. */
    readonly autoId: string;
    /** Text of up to 16 MB, for documents. */
    readonly longText: string;
  };
  /** The present moment of the database in Unix milliseconds, as an SQL expression. */
  readonly nowMs: string;
  /** Ends a SELECT that locks its rows until the transaction ends; nothing where all writers queue anyway. */
  readonly forUpdate: string;
  /** The same, passing over rows that another transaction has locked. */
  readonly forUpdateSkipLocked: string;
  /** A text as a literal of an SQL statement. */
  readonly writeText: (text: string) => string;
  /** Inserts the rows and leaves those be whose key exists already; never swallows another error. */
  readonly insertOrKeep: (
    sequelize: Sequelize,
    table: string,
    rows: readonly SqlRow[],
    tx: Transaction,
  ) => Promise<void>;
  /** Inserts the rows; where the row of a key exists already, its other columns become those of the row given. */
  readonly insertOrReplace: (
    sequelize: Sequelize,
    table: string,
    rows: readonly SqlRow[],
    key: readonly string[],
    tx: Transaction,
  ) => Promise<void>;
  /** Whether the same transaction may succeed when it runs again from its start. */
  readonly isRetryable: (error: unknown) => boolean;
  /** Whether a write failed because of the unique key over this column. */
  readonly isUniqueViolation: (error: unknown, column: string) => boolean;
  /** Whether the database is away or too busy to answer, rather than refusing what was asked. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Runs migrations while no other process does: on SQLite in the transaction handed over. */
  readonly whileMigrating: (
    sequelize: Sequelize,
    work: (tx: Transaction | undefined) => Promise<void>,
  ) => Promise<void>;
  /** Called after the last connection was closed. */
  readonly closed: (file: string) => void;
};

/**
 * `INSERT INTO table (columns) VALUES (...), (...)`; all rows have the columns of the first. The values stand in the
 * statement: a batch has thousands, and both Sequelize and the driver would look for placeholders in all of their text.
 */
export function insertStatement(table: string, rows: readonly SqlRow[], writeText: (text: string) => string): string {
  const columns = Object.keys(rows[0] ?? {});
  const write = (value: SqlValue | undefined) => writeValue(value ?? null, writeText);
  const tuples = rows.map((row) => `(${columns.map((column) => write(row[column])).join(', ')})`);
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`;
}

function writeValue(value: SqlValue, writeText: (text: string) => string): string {
  switch (typeof value) {
    case 'string':
      return writeText(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`${value} is no number that a database could keep.`);
      return String(value);
    case 'boolean':
      return value ? '1' : '0';
    default:
      return 'NULL';
  }
}

/** The columns of rows that are not part of their key. */
export function otherColumns(rows: readonly SqlRow[], key: readonly string[]): string[] {
  return Object.keys(rows[0] ?? {}).filter((column) => !key.includes(column));
}

/**
 * Whether a unique key over `column` was violated. SQLite names the columns (`bookings.reference`), MySQL the key, which
 * is named for its first column unless it has a name of its own.
 */
export function isUniqueViolation(error: unknown, column: string): boolean {
  if (!(error instanceof UniqueConstraintError)) return false;
  return new RegExp(`\\b${column}\\b`).test(error.parent.message);
}
