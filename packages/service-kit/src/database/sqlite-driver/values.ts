import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** What Sequelize binds; `node:sqlite` knows neither booleans nor undefined. */
export type BindableValue = SQLInputValue | boolean | Date | undefined;

/** A row as Sequelize gets it. */
export type Row = Record<string, SQLOutputValue>;

/** A row as SQLite gives it: the values in the order of the columns. */
export type SqlOutputRow = readonly SQLOutputValue[];

/** The value as SQLite stores it: booleans as 1 and 0, undefined as NULL. */
export function toSqlValue(value: BindableValue): SQLInputValue {
  if (value === true) return 1;
  if (value === false) return 0;
  if (value instanceof Date) return value.toISOString();
  return value ?? null;
}

/** The same for values by name. */
export function toSqlValues(values: Readonly<Record<string, BindableValue>>): Record<string, SQLInputValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toSqlValue(value)]));
}

/** A row by the names of its columns. */
export function toRow(columnNames: readonly string[], values: SqlOutputRow): Row {
  const row: Row = {};
  for (const [index, name] of columnNames.entries()) row[name] = values[index] ?? null;
  return row;
}
