import { SqliteError } from './error-codes.ts';
import type { Handle } from './handle.ts';

/**
 * More are open at once only when that many transactions only read, or changed settings of their connection; the
 * next one then waits as if the file were locked.
 */
const MAX_OPEN_HANDLES = 64;

/** The open handles of one file: those somebody uses, and a bounded number that wait for the next statement. */
export class HandlePool {
  readonly #open: () => Handle;
  readonly #maxIdle: number;
  // Last in, first out: the handle used last has the warmest caches.
  readonly #idle: Handle[] = [];
  #inUse = 0;
  #opened = 0;

  constructor(open: () => Handle, maxIdle: number) {
    this.#open = open;
    this.#maxIdle = maxIdle;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** How many handles were ever opened. */
  get opened(): number {
    return this.#opened;
  }

  /** @throws SqliteError `SQLITE_BUSY` when {@link MAX_OPEN_HANDLES} are in use; SQLite's error when opening fails. */
  acquire(): Handle {
    let handle = this.#idle.pop();
    if (!handle) {
      if (this.#inUse >= MAX_OPEN_HANDLES) {
        throw new SqliteError('SQLITE_BUSY', `${MAX_OPEN_HANDLES} transactions are open on this file already`);
      }
      handle = this.#open();
      this.#opened += 1;
    }
    this.#inUse += 1;
    return handle;
  }

  /** Takes back a handle that has no open transaction. */
  release(handle: Handle): void {
    if (handle.isSpoiled || this.#idle.length >= this.#maxIdle) {
      this.discard(handle);
      return;
    }
    this.#inUse -= 1;
    this.#idle.push(handle);
  }

  /** Takes back a handle that nobody should use again. Closing rolls back what it has open. */
  discard(handle: Handle): void {
    this.#inUse -= 1;
    handle.close();
  }

  /** Closes what is idle; returns how many that were. */
  closeIdle(): number {
    const idle = this.#idle.splice(0);
    for (const handle of idle) {
      handle.close();
    }
    return idle.length;
  }
}
