import type { Handle } from './handle.ts';
import type { StatementOutcome } from './prepared-statement.ts';
import type { StatementRole } from './statement-role.ts';
import type { StatementParameters } from './values.ts';

/** One statement on its way, from being asked for until `settle` is called, exactly once. */
export interface StatementRequest {
  readonly method: 'run' | 'all' | 'exec';
  readonly sql: string;
  readonly role: StatementRole;
  readonly parameters: StatementParameters;
  /** On the clock of `performance.now()`, like all instants of this driver. */
  readonly askedAtMs: number;
  readonly settle: (error: Error | null, outcome: StatementOutcome | null) => void;
  busyAttempts: number;
  /** This statement has the file's turn to write and must pass it on or leave it to the open transaction. */
  hasTurn: boolean;
}

/** Runs the statement on this handle, now. @throws SqliteError, or Node's error for a value it cannot bind or read. */
export function runOn(handle: Handle, { method, sql, parameters, role }: StatementRequest): StatementOutcome {
  return method === 'exec' ? handle.runScript(sql) : handle.runStatement(sql, parameters, method === 'all', role);
}

// A process that writes without pause leaves the lock free for a fraction of a millisecond between two transactions.
// Whoever asks often finds that gap soon: only one statement per process asks, and asking costs about 30 µs.
const firstRetryMs = 1;
const longestRetryMs = 16;
const attemptsPerAddedMs = 16;

/** How long to wait before a file that was busy is asked again; random, so that processes do not meet again. */
export function retryDelayMs(busyAttempts: number): number {
  return firstRetryMs + Math.random() * Math.min(firstRetryMs + busyAttempts / attemptsPerAddedMs, longestRetryMs);
}
