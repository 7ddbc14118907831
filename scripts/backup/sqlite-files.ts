import { backup, DatabaseSync } from 'node:sqlite';
import { BackupError } from './manifest.ts';

/** Longer than any transaction of the services. */
const lockTimeoutMs = 30_000;

/**
 * Copies SQLite files that may be in use, all as they were at one and the same moment: what one service has told and
 * another has heard fits together. Writers wait for the few milliseconds until each file has a snapshot, then go on.
 */
export async function copySqliteFiles(
  copies: readonly { readonly from: string; readonly to: string }[],
): Promise<void> {
  const snapshots = takeSnapshots(copies.map(({ from }) => from));
  try {
    for (const [index, { to }] of copies.entries()) {
      const snapshot = snapshots[index];
      // One for each of the copies, in their order.
      if (snapshot) await backup(snapshot, to);
      finishCopy(to);
    }
  } finally {
    for (const snapshot of snapshots) snapshot.close();
  }
}

function takeSnapshots(files: readonly string[]): DatabaseSync[] {
  const writers = files.map((file) => new DatabaseSync(file, { timeout: lockTimeoutMs }));
  try {
    for (const writer of writers) writer.exec('BEGIN IMMEDIATE');
    return files.map((file) => {
      const reader = new DatabaseSync(file, { readOnly: true, timeout: lockTimeoutMs });
      reader.exec('BEGIN');
      // A snapshot begins with the first read.
      reader.prepare('SELECT COUNT(*) FROM sqlite_master').get();
      return reader;
    });
  } finally {
    for (const writer of writers) writer.close();
  }
}

/** Makes one file of a copy, which says of itself that it is one with a write-ahead log, and checks it. */
function finishCopy(file: string): void {
  const copy = new DatabaseSync(file);
  copy.exec('PRAGMA journal_mode = DELETE');
  copy.close();
  assertSound(file);
}

/** @throws BackupError when SQLite finds the file damaged. */
export function assertSound(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('PRAGMA integrity_check').all();
    if (rows.length !== 1 || rows[0]?.integrity_check !== 'ok') {
      throw new BackupError(`${file} is damaged: ${JSON.stringify(rows.slice(0, 3))}`);
    }
  } finally {
    database.close();
  }
}

/** Whether a process has the file open; SQLite lets nobody leave write-ahead logging while another one is there. */
export function isInUse(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    return database.prepare('PRAGMA journal_mode').get()?.journal_mode === 'wal';
  } catch {
    return true;
  } finally {
    database.close();
  }
}
