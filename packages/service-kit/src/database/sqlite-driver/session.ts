import { AsyncLocalStorage } from 'node:async_hooks';
import { SqliteError, toSqliteError } from './error-codes.ts';
import type { Handle } from './handle.ts';
import { nothingDone, type StatementOutcome } from './prepared-statement.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { retryDelayMs, runOn, type StatementRequest } from './statement-request.ts';
import type { StatementRole } from './statement-role.ts';

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
  /** The handle has settings of its own, or holds the only copy of the data: nobody else may have it. */
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
      request.settle(null, nothingDone());
    } else if (!this.#needsTurn(request.role)) {
      this.#attempt(request);
    } else if (this.#file.writeQueue.takeNow()) {
      request.hasTurn = true;
      this.#attempt(request);
    } else {
      this.#waitForTurn(request);
    }
  }

  /** Rolls back what is open. Statements that still wait fail when they come to their turn. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.sessions -= 1;
    if (this.#handle) {
      this.#handle.rollBack();
      if (this.#keepsHandle) this.#file.handles.discard(this.#handle);
      else this.#file.handles.release(this.#handle);
      this.#handle = null;
    }
    this.#transaction = 'none';
    this.#passTurnOn(null);
  }

  #needsTurn(role: StatementRole): boolean {
    if (role === 'begin-write') return this.#file.isInMemory || this.#transaction === 'none';
    // The one handle of an in-memory database carries one transaction at a time, whatever its kind, and nobody else
    // can lock it.
    if (this.#file.isInMemory) return role === 'begin-read';
    return (role === 'write' || role === 'script') && !this.#holdsTurn;
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
      this.#refuse(request, new SqliteError('SQLITE_MISUSE', 'Database is closed'));
      return;
    }
    if (this.#transaction === 'broken') {
      this.#answerForBroken(request);
      return;
    }
    if (request.role === 'rollback' && this.#transaction === 'none') {
      // Sequelize rolls back also when BEGIN failed; nothing is open, so nothing is left to do.
      request.settle(null, nothingDone());
      return;
    }
    let handle = this.#handle;
    let outcome: StatementOutcome | null = null;
    let failure: Error | null = null;
    try {
      handle ??= this.#file.handles.acquire();
      outcome = runOn(handle, request);
    } catch (thrown) {
      failure = toSqliteError(thrown);
    }
    if (failure instanceof SqliteError && failure.isWorthWaiting) {
      const waitedMs = performance.now() - this.#waitingSinceMs(request);
      if (waitedMs < this.#file.options.busyDeadlineMs) {
        this.#putBack(handle);
        request.busyAttempts += 1;
        setTimeout(() => this.#attempt(request), retryDelayMs(request.busyAttempts));
        return;
      }
      // Sequelize repeats a statement whose message is exactly "SQLITE_BUSY: database is locked" up to five times.
      failure = new SqliteError('SQLITE_BUSY', `${detailOf(failure)}, also after ${Math.round(waitedMs)} ms`);
    } else if (request.hasTurn) {
      this.#file.writeQueue.noteLockGained();
    }
    this.#follow(request, handle, failure);
    request.settle(failure, outcome);
  }

  /** Brings this session's state in line with what the statement did to the handle's transaction. */
  #follow(request: StatementRequest, handle: Handle | null, failure: Error | null): void {
    const isEnd = request.role === 'commit' || request.role === 'rollback';
    if (failure && isEnd) {
      // Nobody tries again after a COMMIT that failed (for a deferred foreign key, say): the lock would stay forever.
      handle?.rollBack();
    }
    if (!failure && request.role === 'setting') this.#keepsHandle = true;
    if (handle?.isInTransaction) {
      this.#handle = handle;
      this.#transaction = 'open';
      this.#keepTurn(request);
      return;
    }
    this.#putBack(handle);
    if (failure && !isEnd && this.#transaction === 'open') {
      this.#transaction = 'broken';
      this.#keepTurn(request);
      return;
    }
    this.#transaction = 'none';
    this.#passTurnOn(request);
  }

  #answerForBroken(request: StatementRequest): void {
    const error = new SqliteError('SQLITE_ABORT', 'SQLite rolled this transaction back; start it again');
    if (request.role !== 'rollback' && request.role !== 'commit') {
      this.#refuse(request, error);
      return;
    }
    this.#transaction = 'none';
    this.#passTurnOn(request);
    if (request.role === 'rollback') request.settle(null, nothingDone());
    else request.settle(error, null);
  }

  #refuse(request: StatementRequest, error: SqliteError): void {
    if (request.hasTurn) this.#passTurnOn(request);
    request.settle(error, null);
  }

  #putBack(handle: Handle | null): void {
    if (!handle || handle.isInTransaction) return;
    if (this.#keepsHandle && !handle.isSpoiled) {
      this.#handle = handle;
      return;
    }
    this.#handle = null;
    this.#file.handles.release(handle);
  }

  /** Leaves the turn to the open transaction. */
  #keepTurn(request: StatementRequest): void {
    this.#holdsTurn ||= request.hasTurn;
    request.hasTurn = false;
  }

  /** The file has one turn, so either the transaction or the statement has it, or neither. */
  #passTurnOn(request: StatementRequest | null): void {
    if (!this.#holdsTurn && !request?.hasTurn) return;
    this.#holdsTurn = false;
    if (request) request.hasTurn = false;
    this.#file.writeQueue.passOn();
  }

  /** As long as writers of this process get the lock at all, the one whose turn it is has not waited in vain. */
  #waitingSinceMs(request: StatementRequest): number {
    return request.hasTurn ? Math.max(request.askedAtMs, this.#file.writeQueue.lockGainedAtMs) : request.askedAtMs;
  }
}

function detailOf(error: SqliteError): string {
  return error.message.slice(error.message.indexOf(': ') + 2);
}
