import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { SqliteError } from './error-codes.ts';

/** What Sequelize binds; `node:sqlite` knows neither booleans nor undefined, and no dates. */
export type BindableValue = SQLInputValue | boolean | Date | undefined;

/** Values by position, or by name with the name's prefix (`$1`, `$id`, `:id`). Names the SQL lacks are ignored. */
export type StatementParameters = readonly BindableValue[] | Readonly<Record<string, BindableValue>>;

/** A row as Sequelize gets it. */
export type Row = Record<string, SQLOutputValue>;

/** A row as SQLite gives it: the values in the order of the columns. */
export type SqlOutputRow = readonly SQLOutputValue[];

/**
 * The value as SQLite stores it: booleans as 1 and 0, undefined as NULL.
 *
 * @throws SqliteError for a Date, which SQLite has no type for.
 */
export function toSqlValue(value: BindableValue): SQLInputValue {
  switch (typeof value) {
    case 'number':
      // `node:sqlite` binds every number as a float: a text column would keep 5 as '5.0', and 7 / 5 would be 1.4.
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'boolean':
      return value ? 1n : 0n;
    case 'undefined':
      return null;
    default:
      if (value instanceof Date) {
        throw new SqliteError('SQLITE_MISMATCH', 'a Date cannot be bound; bind its Unix milliseconds or its text');
      }
      return value;
  }
}

/** The same for values by name. */
export function toSqlValues(values: Readonly<Record<string, BindableValue>>): Record<string, SQLInputValue> {
  const converted: Record<string, SQLInputValue> = {};
  for (const name of Object.keys(values)) {
    converted[name] = toSqlValue(values[name]);
  }
  return converted;
}

/** A row by the names of its columns; the last of several columns of one name wins. */
export function toRow(columnNames: readonly string[], values: SqlOutputRow): Row {
  const row: Row = {};
  let index = 0;
  for (const name of columnNames) {
    const value = values[index] ?? null;
    row[name] = value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
    index += 1;
  }
  return row;
}
