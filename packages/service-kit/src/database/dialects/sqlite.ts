import { QueryTypes } from 'sequelize';
import { type Dialect, insertStatement, isUniqueViolation, otherColumns } from '../dialect.ts';
import { closeSqliteHandles } from '../sqlite-driver/sqlite-file.ts';

/** @throws RangeError for NUL, at which SQLite would take the statement to end. */
function writeText(text: string): string {
  if (text.includes('\0')) throw new RangeError('A text with NUL can not be kept.');
  return text.includes("'") ? `'${text.replaceAll("'", "''")}'` : `'${text}'`;
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  types: { autoId: 'INTEGER PRIMARY KEY AUTOINCREMENT', longText: 'TEXT' },
  nowMs: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  forUpdate: '',
  forUpdateSkipLocked: '',
  writeText,
  insertOrKeep: async (sequelize, table, rows, tx) => {
    if (rows.length === 0) return;
    const sql = insertStatement(table, rows, writeText);
    await sequelize.query(`${sql} ON CONFLICT DO NOTHING`, {
      transaction: tx,
      type: QueryTypes.RAW,
    });
  },
  insertOrReplace: async (sequelize, table, rows, key, tx) => {
    if (rows.length === 0) return;
    const sql = insertStatement(table, rows, writeText);
    const changes = otherColumns(rows, key).map((column) => `${column} = excluded.${column}`);
    await sequelize.query(`${sql} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`, {
      transaction: tx,
      type: QueryTypes.RAW,
    });
  },
  isRetryable: (error) => codeOf(error) === 'SQLITE_BUSY',
  isUniqueViolation,
  isUnavailable: (error) => ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR'].includes(codeOf(error) ?? ''),
  whileMigrating: (sequelize, work) => sequelize.transaction(work),
  closed: closeSqliteHandles,
};

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'parent' in error ? codeOf(error.parent) : undefined;
}
