import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toSqliteError } from './error-codes.ts';
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
const files = new Map<string, SqliteFile>();

/** The file of this path, the same for all connections of this process; one of its own for each `:memory:`. */
export function openSqliteFile(path: string, options: SqliteFileOptions): SqliteFile {
  if (path === inMemory) return createFile(path, options);
  const key = keyOf(path);
  const known = files.get(key);
  if (known) {
    if (known.options.synchronous === options.synchronous) return known;
    throw new Error(`${path} is open with synchronous=${known.options.synchronous}; give the same here`);
  }
  const file = createFile(key, options);
  files.set(key, file);
  return file;
}

/**
 * Empties the WAL into the file and closes the handles that nobody uses; to be called after the last Sequelize on this
 * file was closed. A file that was never opened is fine.
 */
export function closeSqliteHandles(path: string): void {
  const key = keyOf(path);
  const file = files.get(key);
  if (!file) return;
  if (file.handles.idle > 0) {
    const handle = file.handles.acquire();
    try {
      // Another process that reads or writes now will empty the WAL itself.
      handle.checkpoint();
    } finally {
      file.handles.release(handle);
    }
  }
  file.handles.closeIdle();
  if (file.sessions === 0) files.delete(key);
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
    return 'code' in error && error.code === 'SQLITE_BUSY' ? null : error;
  }
}

/** One name for a file, whichever way it was reached. The file itself may not exist yet; its folder does. */
function keyOf(path: string): string {
  return join(realpathSync(dirname(path)), basename(path));
}
