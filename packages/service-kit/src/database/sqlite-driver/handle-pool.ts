import { SqliteError } from './error-codes.ts';
import type { Handle } from './handle.ts';

/**
 * More are open at once only when that many transactions only read, or changed settings of their connection; the
 * next one then waits as if the file were locked.
 */
const maxOpenHandles = 64;

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

  /** @throws SqliteError `SQLITE_BUSY` when {@link maxOpenHandles} are in use; SQLite's error when opening fails. */
  acquire(): Handle {
    let handle = this.#idle.pop();
    if (!handle) {
      if (this.#inUse >= maxOpenHandles) {
        throw new SqliteError('SQLITE_BUSY', `${maxOpenHandles} transactions are open on this file already`);
      }
      handle = this.#open();
      this.#opened += 1;
    }
    this.#inUse += 1;
    return handle;
  }

  /** Takes back a handle that has no open transaction, or is spoiled. */
  release(handle: Handle): void {
    if (handle.isSpoiled || this.#idle.length >= this.#maxIdle) {
      this.discard(handle);
      return;
    }
    this.#inUse -= 1;
    this.#idle.push(handle.isWornOut ? this.#replace(handle) : handle);
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

  /** A fresh handle in place of this one, or this one as long as none can be opened. */
  #replace(handle: Handle): Handle {
    try {
      // In this order: closing the last handle of a file would move the whole WAL into it.
      const fresh = this.#open();
      this.#opened += 1;
      handle.close();
      return fresh;
    } catch {
      return handle;
    }
  }
}
