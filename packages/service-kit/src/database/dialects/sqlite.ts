import { QueryTypes } from 'sequelize';
import { type Dialect, insertStatement, isUniqueViolation, otherColumns } from '../dialect.ts';
import { closeSqliteHandles } from '../sqlite-driver/sqlite-file.ts';

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  types: { autoId: 'INTEGER PRIMARY KEY AUTOINCREMENT', longText: 'TEXT' },
  nowMs: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  forUpdate: '',
  forUpdateSkipLocked: '',
  insertOrKeep: async (sequelize, table, rows, tx) => {
    if (rows.length === 0) return;
    const { sql, values } = insertStatement(table, rows);
    await sequelize.query(`${sql} ON CONFLICT DO NOTHING`, {
      replacements: values,
      transaction: tx,
      type: QueryTypes.RAW,
    });
  },
  insertOrReplace: async (sequelize, table, rows, key, tx) => {
    if (rows.length === 0) return;
    const { sql, values } = insertStatement(table, rows);
    const changes = otherColumns(rows, key).map((column) => `${column} = excluded.${column}`);
    await sequelize.query(`${sql} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`, {
      replacements: values,
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
