import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A row by the names of its columns. */
export type Row = Record<string, string>;

/** Reads a CSV file of this folder; its first line names the columns. */
export function readTable(name: string): Row[] {
  return parse(readFileSync(new URL(name, import.meta.url)), { columns: true });
}

/** Writes a CSV file into this folder, quoting only where it must. */
export function writeTable<T extends object>(
  name: string,
  columns: readonly (keyof T & string)[],
  rows: readonly T[],
): void {
  const lines = rows.map((row) => columns.map((column) => cell(String(row[column]))).join(','));
  writeFileSync(new URL(name, import.meta.url), `${[columns.join(','), ...lines].join('\n')}\n`);
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
