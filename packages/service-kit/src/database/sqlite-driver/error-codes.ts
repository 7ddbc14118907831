/**
 * The names of SQLite's result codes (https://sqlite.org/rescode.html) as node-sqlite3 reports them. Of the extended
 * codes only those stand here that Sequelize or this driver tells apart; every other one counts as its primary code.
 */
const codeNames: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  3: 'SQLITE_PERM',
  4: 'SQLITE_ABORT',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  9: 'SQLITE_INTERRUPT',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  17: 'SQLITE_SCHEMA',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  21: 'SQLITE_MISUSE',
  23: 'SQLITE_AUTH',
  25: 'SQLITE_RANGE',
  26: 'SQLITE_NOTADB',
  275: 'SQLITE_CONSTRAINT_CHECK',
  787: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  1299: 'SQLITE_CONSTRAINT_NOTNULL',
  1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  1811: 'SQLITE_CONSTRAINT_TRIGGER',
  2067: 'SQLITE_CONSTRAINT_UNIQUE',
  2579: 'SQLITE_CONSTRAINT_UNIQUE',
  3091: 'SQLITE_CONSTRAINT_DATATYPE',
};

/** The primary code stands in the lowest byte of an extended one. */
const primaryCodeBits = 0xff;

/** Another connection wrote after this transaction read: only starting the transaction again helps. */
const busySnapshot = 517;

/** After these the handle, or the file under it, is not to be trusted any more. */
const damage: ReadonlySet<string> = new Set([
  'SQLITE_IOERR',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_CANTOPEN',
  'SQLITE_NOMEM',
]);

/**
 * An error of SQLite. `code` is the name of its result code, and the message begins with the primary one, as those of
 * node-sqlite3 do: Sequelize makes its own errors out of both.
 */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly code: string;
  /** Whether the same statement may succeed a moment later, because somebody else has the lock now. */
  readonly isWorthWaiting: boolean;

  constructor(code: string, detail: string, options?: ErrorOptions & { readonly isWorthWaiting?: boolean }) {
    super(`${primaryName(code)}: ${detail}`, options);
    this.code = code;
    this.isWorthWaiting = options?.isWorthWaiting ?? code === 'SQLITE_BUSY';
  }
}

/** Whether the handle that threw this must be closed. */
export function isDamage(error: Error): boolean {
  return error instanceof SqliteError && damage.has(error.code);
}

/** What `node:sqlite` threw, under its SQLite name; an error that is not of SQLite stays as it is. */
export function toSqliteError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error('Something that is no error was thrown', { cause: thrown });
  if (thrown instanceof SqliteError || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return thrown;
  const name = codeNames[thrown.errcode] ?? codeNames[thrown.errcode & primaryCodeBits] ?? 'SQLITE_ERROR';
  if (thrown.errcode === busySnapshot) {
    const detail = 'database is locked: another transaction wrote what this one had read; start it again';
    return new SqliteError(name, detail, { cause: thrown, isWorthWaiting: false });
  }
  return new SqliteError(codeForSequelize(name, thrown.message), thrown.message, { cause: thrown });
}

/**
 * Sequelize takes SQLITE_CONSTRAINT_TRIGGER for a unique key. It stands for two things that are none: a foreign key
 * with ON DELETE RESTRICT, and a trigger's RAISE(ABORT).
 */
function codeForSequelize(name: string, message: string): string {
  if (name !== 'SQLITE_CONSTRAINT_TRIGGER') return name;
  return message.includes('FOREIGN KEY') ? 'SQLITE_CONSTRAINT_FOREIGNKEY' : 'SQLITE_ABORT';
}

/** `SQLITE_CONSTRAINT` of `SQLITE_CONSTRAINT_UNIQUE`. */
function primaryName(code: string): string {
  return code.startsWith('SQLITE_CONSTRAINT') ? 'SQLITE_CONSTRAINT' : code;
}
