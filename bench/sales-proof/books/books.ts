import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Asks the books; every column comes back as the database has it. */
export type Books = {
  readonly rows: <Row extends object>(
    sql: string,
    values?: readonly (string | number | readonly string[])[],
  ) => Promise<Row[]>;
  /** A single number. */
  readonly number: (sql: string, values?: readonly (string | number)[]) => Promise<number>;
};

/** What the checks ask is theirs alone: a mistake in a query of the service must not hide itself. */
export function readBooks({ sequelize }: Database): Books {
  const rows: Books['rows'] = (sql, values = []) =>
    sequelize.query(sql, { replacements: [...values], type: QueryTypes.SELECT });
  return {
    rows,
    number: async (sql, values = []) => {
      const [row] = await rows<Record<string, unknown>>(sql, values);
      return Number(Object.values(row ?? {})[0] ?? 0);
    },
  };
}
