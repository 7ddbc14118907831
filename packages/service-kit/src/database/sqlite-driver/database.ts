import { runSoon } from './event-loop-slice.ts';
import type { StatementOutcome } from './prepared-statement.ts';
import { Session } from './session.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { statementRole } from './statement-role.ts';
import type { Row, StatementParameters } from './values.ts';

export type OpenCallback = (error: Error | null) => void;
export type StatementCallback = (this: Statement, error: Error | null, rows?: Row[]) => void;

/**
 * What a statement did: `this` of its callback. Sequelize recognises it by the class name `Statement` and by the own
 * property `lastID`.
 */
export class Statement {
  readonly sql: string;
  readonly lastID: number;
  readonly changes: number;

  constructor(sql: string, lastID: number, changes: number) {
    this.sql = sql;
    this.lastID = lastID;
    this.changes = changes;
  }
}

/**
 * One connection as Sequelize sees it: the part of node-sqlite3's `Database` that Sequelize 6 uses. It borrows a real
 * handle only while it works, so thousands of connections may exist at once.
 *
 * Callbacks are never called before the method returns. A caller that passes none does not learn of a failure.
 */
export class Database {
  readonly filename: string;
  /** Written by Sequelize: the id of the transaction that owns this connection. */
  uuid: string | undefined = undefined;
  readonly #session: Session;

  constructor(filename: string, file: SqliteFile, callback?: OpenCallback) {
    this.filename = filename;
    this.#session = new Session(file);
    const failure = file.firstOpenFailure();
    if (callback) {
      runSoon(() => callback(failure));
    }
  }

  /** Statements of one connection already run in the order in which they are asked for. */
  serialize(callback?: () => void): void {
    callback?.();
  }

  /** Runs one statement without reading its rows; the callback's `this` has `lastID` and `changes`. */
  run(sql: string, callback?: StatementCallback): this;
  run(sql: string, parameters: StatementParameters, callback?: StatementCallback): this;
  run(sql: string, second?: StatementParameters | StatementCallback, third?: StatementCallback): this {
    const [parameters, callback] = typeof second === 'function' ? [[], second] : [second ?? [], third];
    return this.#execute('run', sql, parameters, callback);
  }

  /** Runs one statement and reads all its rows. */
  all(sql: string, callback?: StatementCallback): this;
  all(sql: string, parameters: StatementParameters, callback?: StatementCallback): this;
  all(sql: string, second?: StatementParameters | StatementCallback, third?: StatementCallback): this {
    const [parameters, callback] = typeof second === 'function' ? [[], second] : [second ?? [], third];
    return this.#execute('all', sql, parameters, callback);
  }

  /** Runs all statements of a script as one write. */
  exec(sql: string, callback?: StatementCallback): this {
    return this.#execute('exec', sql, [], callback);
  }

  /** Rolls back what is open, gives the handle back and passes the turn on. Closing twice is harmless. */
  close(callback?: OpenCallback): void {
    this.#session.close();
    if (callback) {
      runSoon(() => callback(null));
    }
  }

  #execute(
    method: 'run' | 'all' | 'exec',
    sql: string,
    parameters: StatementParameters,
    callback: StatementCallback | undefined,
  ): this {
    this.#session.execute({
      method,
      sql,
      role: method === 'exec' ? 'script' : statementRole(sql),
      parameters,
      askedAtMs: performance.now(),
      busyAttempts: 0,
      hasTurn: false,
      settle: (error, outcome) => {
        if (callback) {
          runSoon(() => answer(callback, sql, error, outcome));
        }
      },
    });
    return this;
  }
}

function answer(callback: StatementCallback, sql: string, error: Error | null, outcome: StatementOutcome | null): void {
  const statement = new Statement(sql, outcome?.lastId ?? 0, outcome?.changes ?? 0);
  if (error) {
    callback.call(statement, error);
    return;
  }
  callback.call(statement, null, outcome?.rows);
}
