import { AsyncLocalStorage } from 'node:async_hooks';
import { isBusyError, SqliteError, toSqliteError } from './error-codes.ts';
import type { Handle, StatementOutcome, StatementParameters } from './handle.ts';
import type { SqliteFile } from './sqlite-file.ts';
import type { StatementRole } from './statement-role.ts';

/** One statement on its way, from being asked for until `settle` is called, exactly once. */
export interface StatementRequest {
  readonly method: 'run' | 'all' | 'exec';
  readonly sql: string;
  readonly role: StatementRole;
  readonly parameters: StatementParameters;
  readonly askedAtMs: number;
  readonly settle: (error: Error | null, outcome: StatementOutcome | null) => void;
  busyAttempts: number;
  /** This statement has the file's turn to write and must pass it on or leave it to the open transaction. */
  hasTurn: boolean;
}

// A failed attempt costs about 30 µs, so a waiting process may ask often; only one statement per process does.
const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 16;

const NOTHING_DONE: StatementOutcome = { rows: [], lastId: 0, changes: 0 };

/**
 * What stands between one connection and its file: borrows a handle, waits for the turn to write, asks again when
 * another process has the lock, and follows the transaction so that handle and turn always come back.
 *
 * The turn is held from the statement that needs it until SQLite says that no transaction is open any more. A
 * transaction that SQLite itself rolled back (disk full, for instance) is `broken`: its statements fail until
 * ROLLBACK or COMMIT, for they would otherwise commit one by one.
 */
export class Session {
  readonly #file: SqliteFile;
  #handle: Handle | null = null;
  #keepsHandle: boolean;
  #holdsTurn = false;
  #transaction: 'none' | 'open' | 'broken' = 'none';
  #isClosed = false;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#keepsHandle = file.isInMemory;
    file.sessions += 1;
  }

  execute(request: StatementRequest): void {
    if (request.role === 'already-set' && !this.#keepsHandle) {
      request.settle(null, NOTHING_DONE);
      return;
    }
    if (!this.#needsTurn(request.role)) {
      this.#attempt(request);
    } else if (this.#file.writeQueue.takeNow()) {
      request.hasTurn = true;
      this.#attempt(request);
    } else {
      this.#waitForTurn(request);
    }
  }

  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    this.#file.sessions -= 1;
    const handle = this.#handle;
    this.#handle = null;
    if (handle && this.#keepsHandle) {
      this.#file.handles.discard(handle);
    } else if (handle) {
      handle.rollBack();
      this.#file.handles.release(handle);
    }
    this.#transaction = 'none';
    this.#passTurnOn(null);
  }

  #needsTurn(role: StatementRole): boolean {
    switch (role) {
      case 'begin-write':
        return this.#file.isInMemory || this.#transaction === 'none';
      case 'begin-read':
        // The one handle of an in-memory database carries one transaction at a time, whatever its kind.
        return this.#file.isInMemory;
      case 'write':
      case 'setting':
      case 'script':
        return !this.#file.isInMemory && !this.#holdsTurn;
      case 'read':
      case 'already-set':
      case 'savepoint':
      case 'commit':
      case 'rollback':
        return false;
    }
  }

  #waitForTurn(request: StatementRequest): void {
    // The turn comes out of another caller's statement: loggers and tracers must still see this caller's context.
    const inOwnContext = AsyncLocalStorage.snapshot();
    this.#file.writeQueue.wait({
      askedAtMs: request.askedAtMs,
      onTurn: () => {
        request.hasTurn = true;
        inOwnContext(() => this.#attempt(request));
      },
      onRefusal: (error) => inOwnContext(() => request.settle(error, null)),
    });
  }

  #attempt(request: StatementRequest): void {
    if (this.#isClosed) {
      this.#passTurnOn(request);
      request.settle(new SqliteError('SQLITE_MISUSE', 'Database is closed'), null);
      return;
    }
    if (this.#transaction === 'broken') {
      this.#answerForBroken(request);
      return;
    }
    if (request.role === 'rollback' && this.#transaction === 'none') {
      // Sequelize rolls back also when BEGIN failed; nothing is open, so nothing is left to do.
      request.settle(null, NOTHING_DONE);
      return;
    }
    let handle: Handle | null = this.#handle;
    let outcome: StatementOutcome | null = null;
    let failure: Error | null = null;
    try {
      handle ??= this.#file.handles.acquire();
      outcome = runOn(handle, request);
    } catch (error) {
      failure = toSqliteError(error);
    }
    if (failure && isBusyError(failure)) {
      const waitedMs = performance.now() - this.#waitingSinceMs(request);
      if (waitedMs < this.#file.options.busyDeadlineMs) {
        this.#putBack(handle);
        request.busyAttempts += 1;
        setTimeout(() => this.#attempt(request), retryDelayMs(request.busyAttempts));
        return;
      }
      // Sequelize repeats a statement whose message is exactly "SQLITE_BUSY: database is locked" up to five times.
      failure = new SqliteError('SQLITE_BUSY', `database is locked, also after ${Math.round(waitedMs)} ms`);
    }
    this.#follow(request, handle, failure);
    request.settle(failure, outcome);
  }

  /** Brings this session's state in line with what the statement did to the handle's transaction. */
  #follow(request: StatementRequest, handle: Handle | null, failure: Error | null): void {
    if (request.hasTurn && !failure) {
      this.#file.writeQueue.noteLockGained();
    }
    if (failure && request.role === 'commit') {
      // Nobody rolls back after a failed COMMIT (of a deferred foreign key, say): the lock would stay forever.
      handle?.rollBack();
    }
    if (!failure && request.role === 'setting') {
      this.#keepsHandle = true;
    }
    if (handle?.isInTransaction) {
      this.#handle = handle;
      this.#transaction = 'open';
      this.#holdsTurn ||= request.hasTurn;
      request.hasTurn = false;
      return;
    }
    const endedBySqlite =
      this.#transaction === 'open' && failure && request.role !== 'commit' && request.role !== 'rollback';
    this.#putBack(handle);
    if (endedBySqlite) {
      this.#transaction = 'broken';
      this.#holdsTurn ||= request.hasTurn;
      request.hasTurn = false;
      return;
    }
    this.#transaction = 'none';
    this.#passTurnOn(request);
  }

  #answerForBroken(request: StatementRequest): void {
    const isEnd = request.role === 'rollback' || request.role === 'commit';
    if (isEnd) {
      this.#transaction = 'none';
      this.#passTurnOn(request);
    }
    if (request.role === 'rollback') {
      request.settle(null, NOTHING_DONE);
    } else {
      request.settle(new SqliteError('SQLITE_ABORT', 'SQLite rolled this transaction back; start it again'), null);
    }
  }

  #putBack(handle: Handle | null): void {
    if (!handle || handle.isInTransaction) {
      return;
    }
    if (this.#keepsHandle && !handle.isSpoiled) {
      this.#handle = handle;
      return;
    }
    this.#handle = null;
    this.#file.handles.release(handle);
  }

  #passTurnOn(request: StatementRequest | null): void {
    const hadTurn = this.#holdsTurn || request?.hasTurn === true;
    this.#holdsTurn = false;
    if (request) {
      request.hasTurn = false;
    }
    if (hadTurn) {
      this.#file.writeQueue.passOn();
    }
  }

  #waitingSinceMs(request: StatementRequest): number {
    return request.hasTurn ? Math.max(request.askedAtMs, this.#file.writeQueue.lockGainedAtMs) : request.askedAtMs;
  }
}

function runOn(handle: Handle, request: StatementRequest): StatementOutcome {
  return request.method === 'exec'
    ? handle.runScript(request.sql)
    : handle.runStatement(request.sql, request.parameters, request.method === 'all', request.role);
}

function retryDelayMs(attempts: number): number {
  const longestMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
  return FIRST_RETRY_MS + Math.random() * longestMs;
}
