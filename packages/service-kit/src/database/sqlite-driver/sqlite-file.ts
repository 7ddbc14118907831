import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SqliteError, toSqliteError } from './error-codes.ts';
import { openHandle } from './handle.ts';
import { HandlePool } from './handle-pool.ts';
import { WriteQueue } from './write-queue.ts';

export interface SqliteFileOptions {
  readonly busyDeadlineMs: number;
  readonly maxIdleHandles: number;
  readonly synchronous: 'FULL' | 'OFF';
}

/** One database file within this process: its handles, its turn to write, and how many connections are on it. */
export interface SqliteFile {
  readonly options: SqliteFileOptions;
  readonly isInMemory: boolean;
  readonly handles: HandlePool;
  readonly writeQueue: WriteQueue;
  /** Connections that are open on it. */
  sessions: number;
  /** Why the file can't be opened at all; null when it can. */
  firstOpenFailure(): Error | null;
}

const inMemory = ':memory:';
/** By every name under which a file was asked for, for a name is asked for with each transaction. */
const filesByName = new Map<string, SqliteFile>();

/**
 * The file of this path, the same for all connections of this process; one of its own for each `:memory:`. Makes its
 * folder when it is missing.
 */
export function openSqliteFile(path: string, options: SqliteFileOptions): SqliteFile {
  if (path === inMemory) return createFile(path, options);
  const known = findFile(path);
  if (known) {
    if (known.options.synchronous === options.synchronous) return known;
    throw new Error(`${path} is open with synchronous=${known.options.synchronous}; give the same here`);
  }
  mkdirSync(dirname(path), { recursive: true });
  const file = createFile(trueName(path), options);
  filesByName.set(trueName(path), file);
  return file;
}

/**
 * Empties the WAL into the file and closes the handles that nobody uses; to be called after the last Sequelize on this
 * file was closed. A file that was never opened is fine.
 */
export function closeSqliteHandles(path: string): void {
  const file = findFile(path);
  if (!file) return;
  try {
    if (file.handles.idle > 0) emptyWal(file.handles);
  } finally {
    file.handles.closeIdle();
    if (file.sessions === 0) forgetFile(file);
  }
}

function findFile(path: string): SqliteFile | undefined {
  const name = resolve(path);
  const known = filesByName.get(name) ?? filesByName.get(trueName(path));
  if (known) filesByName.set(name, known);
  return known;
}

function forgetFile(file: SqliteFile): void {
  for (const [name, known] of filesByName) {
    if (known === file) filesByName.delete(name);
  }
}

function emptyWal(handles: HandlePool): void {
  const handle = handles.acquire();
  try {
    // It stops early while another process reads or writes: that one empties the WAL when it closes.
    handle.checkpoint();
  } finally {
    handles.release(handle);
  }
}

function createFile(path: string, options: SqliteFileOptions): SqliteFile {
  const handles = new HandlePool(() => openHandle(path, options.synchronous), options.maxIdleHandles);
  return {
    options,
    isInMemory: path === inMemory,
    handles,
    writeQueue: new WriteQueue(options.busyDeadlineMs),
    sessions: 0,
    firstOpenFailure: () => (handles.opened > 0 ? null : tryToOpen(handles)),
  };
}

/** A busy file is not a failure: whoever needs the handle asks again. */
function tryToOpen(handles: HandlePool): Error | null {
  try {
    handles.release(handles.acquire());
    return null;
  } catch (thrown) {
    const error = toSqliteError(thrown);
    return error instanceof SqliteError && error.isWorthWaiting ? null : error;
  }
}

/** One name for a file, whichever way it was reached. Neither the file nor its folder need exist. */
function trueName(path: string): string {
  const whole = resolve(path);
  try {
    return join(realpathSync(dirname(whole)), basename(whole));
  } catch {
    return whole;
  }
}
