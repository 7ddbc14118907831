import { QueryTypes, type Transaction } from 'sequelize';
import { insertStatement, type SqlRow } from './dialect.ts';
import type { Database } from './open-database.ts';

/** The most rows of one statement, so that it stays far below the largest packet that MySQL takes (16 MiB at least). */
const rowsPerStatement = 500;

/** Inserts rows that all have the columns of the first, a bounded number with each statement. */
export async function insertRows(
  { sequelize, dialect }: Pick<Database, 'sequelize' | 'dialect'>,
  table: string,
  rows: readonly SqlRow[],
  tx: Transaction,
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const sql = insertStatement(table, rows.slice(start, start + rowsPerStatement), dialect.writeText);
    await sequelize.query(sql, { type: QueryTypes.RAW, transaction: tx });
  }
}
