import { SqliteError } from './error-codes.ts';
import { runSoon } from './event-loop-slice.ts';

/** Somebody waiting for the turn to write. Exactly one of the two functions is called, once. */
export interface WaitingWriter {
  /** When the statement was asked for, on the clock of `performance.now()`. */
  readonly askedAtMs: number;
  /** From now on the turn is this writer's, who must call `passOn()` when done. */
  readonly onTurn: () => void;
  readonly onRefusal: (error: SqliteError) => void;
}

interface Place {
  readonly writer: WaitingWriter;
  next: Place | null;
}

const maxWaitingWriters = 10_000;
const stallChecksPerDeadline = 8;

/**
 * The turn to write to one file within this process, handed on first-in-first-out. SQLite has one writer per file:
 * writers that all try for themselves mostly find it locked.
 *
 * Nobody waits forever: when no writer of this process got SQLite's lock for the deadline, those who waited that long
 * are refused with `SQLITE_BUSY`.
 */
export class WriteQueue {
  readonly #deadlineMs: number;
  #isTaken = false;
  #first: Place | null = null;
  #last: Place | null = null;
  #length = 0;
  #lockGainedAtMs = 0;
  #stallCheck: NodeJS.Timeout | null = null;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  get length(): number {
    return this.#length;
  }

  /** When a writer of this process last got SQLite's lock, on the clock of `performance.now()`. */
  get lockGainedAtMs(): number {
    return this.#lockGainedAtMs;
  }

  /** Takes the turn if it is free and nobody waits for it. */
  takeNow(): boolean {
    if (this.#isTaken) {
      return false;
    }
    this.#isTaken = true;
    return true;
  }

  /** Waits behind all others. Refuses at once when {@link maxWaitingWriters} wait already. */
  wait(writer: WaitingWriter): void {
    if (this.#length >= maxWaitingWriters) {
      writer.onRefusal(new SqliteError('SQLITE_BUSY', `${maxWaitingWriters} writes are waiting already`));
      return;
    }
    const place: Place = { writer, next: null };
    if (this.#last) {
      this.#last.next = place;
    } else {
      this.#first = place;
    }
    this.#last = place;
    this.#length += 1;
    this.#stallCheck ??= setInterval(() => this.#refuseStalled(), this.#deadlineMs / stallChecksPerDeadline);
  }

  /** Gives the turn to the first who waits. To be called by whoever has it, once. */
  passOn(): void {
    const writer = this.#shift();
    if (!writer) {
      this.#isTaken = false;
      return;
    }
    runSoon(writer.onTurn);
  }

  noteLockGained(): void {
    this.#lockGainedAtMs = performance.now();
  }

  #refuseStalled(): void {
    const stalledSinceMs = performance.now() - this.#deadlineMs;
    if (this.#lockGainedAtMs > stalledSinceMs) {
      return;
    }
    while (this.#first && this.#first.writer.askedAtMs <= stalledSinceMs) {
      const message = `database is locked: no write of this process was let through for ${this.#deadlineMs} ms`;
      this.#shift()?.onRefusal(new SqliteError('SQLITE_BUSY', message));
    }
  }

  #shift(): WaitingWriter | null {
    const place = this.#first;
    if (!place) {
      return null;
    }
    this.#first = place.next;
    this.#length -= 1;
    if (!this.#first) {
      this.#last = null;
      clearInterval(this.#stallCheck ?? undefined);
      this.#stallCheck = null;
    }
    return place.writer;
  }
}
