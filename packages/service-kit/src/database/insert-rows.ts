import { QueryTypes, type Transaction } from 'sequelize';
import { insertStatement, type SqlRow } from './dialect.ts';
import type { Database } from './open-database.ts';

/** The most rows of one statement; MySQL takes no more than 65,535 values in one. */
const rowsPerStatement = 500;

/** Inserts rows that all have the columns of the first, a bounded number with each statement. */
export async function insertRows(
  { sequelize }: Pick<Database, 'sequelize'>,
  table: string,
  rows: readonly SqlRow[],
  tx: Transaction,
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const { sql, values } = insertStatement(table, rows.slice(start, start + rowsPerStatement));
    await sequelize.query(sql, { replacements: values, type: QueryTypes.INSERT, transaction: tx });
  }
}
