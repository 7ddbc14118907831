import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SqliteError } from './error-codes.ts';
import type { StatementRole } from './statement-role.ts';
import {
  type BindableValue,
  type Row,
  type SqlOutputRow,
  type StatementParameters,
  toRow,
  toSqlValue,
  toSqlValues,
} from './values.ts';

export interface StatementOutcome {
  /** Undefined when the rows were not asked for. */
  readonly rows: Row[] | undefined;
  readonly lastId: number;
  readonly changes: number;
}

export function nothingDone(): StatementOutcome {
  return { rows: [], lastId: 0, changes: 0 };
}

/** One statement compiled for one connection. */
export class PreparedStatement {
  readonly #statement: StatementSync;
  /** Empty for a statement that returns no rows. */
  #columnNames: readonly string[];
  /** `SELECT *`: somebody may add or rename columns while the statement stays prepared. */
  readonly #columnsMayMove: boolean;

  /** @throws what `node:sqlite` throws; SqliteError when the SQL holds more than one statement. */
  constructor(connection: DatabaseSync, sql: string) {
    this.#statement = connection.prepare(sql);
    refuseSecondStatement(sql, this.#statement.sourceSQL);
    this.#columnNames = readColumnNames(this.#statement);
    this.#columnsMayMove = sql.includes('*');
    // Arrays are read twice as fast as objects.
    this.#statement.setReturnArrays(true);
  }

  /** @throws what `node:sqlite` throws. */
  run(parameters: StatementParameters, wantsRows: boolean): StatementOutcome {
    return wantsRows && this.#columnNames.length > 0
      ? { rows: this.#readRows(parameters), lastId: 0, changes: 0 }
      : this.#runWithoutRows(parameters, wantsRows);
  }

  #readRows(parameters: StatementParameters): Row[] {
    const found = isPositional(parameters)
      ? this.#statement.all(...parameters.map(toSqlValue))
      : this.#statement.all(toSqlValues(parameters));
    if (this.#columnsMayMove) this.#columnNames = readColumnNames(this.#statement);
    const columnNames = this.#columnNames;
    // `setReturnArrays(true)` makes every row an array, which the types of Node do not express.
    return found.map((values) => toRow(columnNames, values as unknown as SqlOutputRow));
  }

  #runWithoutRows(parameters: StatementParameters, wantsRows: boolean): StatementOutcome {
    const result = isPositional(parameters)
      ? this.#statement.run(...parameters.map(toSqlValue))
      : this.#statement.run(toSqlValues(parameters));
    return {
      rows: wantsRows ? [] : undefined,
      lastId: Number(result.lastInsertRowid),
      changes: Number(result.changes),
    };
  }
}

// Longer ones are bulk inserts with their values inside, and never come again.
const maxCachedSqlLength = 8_192;

/** Whether a statement is worth keeping prepared. Savepoints bear the id of their transaction and never come again. */
export function comesAgain(sql: string, role: StatementRole): boolean {
  return role !== 'savepoint' && sql.length <= maxCachedSqlLength;
}

/** `prepare` compiles the first statement and forgets the others without a word. */
function refuseSecondStatement(sql: string, compiled: string): void {
  const rest = sql.slice(sql.indexOf(compiled) + compiled.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  if (/[^\s;]/.test(rest)) throw new SqliteError('SQLITE_MISUSE', 'give one statement at a time, not several');
}

function readColumnNames(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name);
}

function isPositional(parameters: StatementParameters): parameters is readonly BindableValue[] {
  return Array.isArray(parameters);
}
