import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Rows of one INSERT: fewer than a transaction of MariaDB takes without growing its log much. */
const rowsPerInsert = 50_000;

/**
 * Copies one row of a table many times, inside the database, by the sequence tables of MariaDB.
 * @param overrides SQL for the columns that differ, in which `n` numbers the copies and `row` is the row; all others are as they are.
 */
export async function copyRows(
  { sequelize }: Database,
  copies: {
    table: string;
    where: string;
    from: number;
    count: number;
    overrides: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { table, where, overrides } = copies;
  const columns = await sequelize.query<{ name: string }>(
    'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?',
    { replacements: [table], type: QueryTypes.SELECT },
  );
  const names = columns.map(({ name }) => name);
  const values = names.map((name) => overrides[name] ?? `original.${name}`);
  for (let first = copies.from; first < copies.from + copies.count; first += rowsPerInsert) {
    const last = Math.min(first + rowsPerInsert, copies.from + copies.count) - 1;
    await sequelize.query(
      `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')}
       FROM ${table} AS original JOIN seq_${first}_to_${last} AS numbers WHERE ${where}`,
    );
  }
}
