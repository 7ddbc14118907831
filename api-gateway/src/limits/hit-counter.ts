import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import type { Hits, SharedCounter } from './shared-counter.ts';

/**
 * Counts hits in a SQLite file, exactly over all processes that have it open. What comes in during one turn of the event
 * loop is counted in one transaction: commits are most of the cost, and what the processes would wait for. What it is asked
 * fails when the file stays busy or does not work, or too much waits.
 */
export type HitCounter = SharedCounter & {
  /** Removes what has ended, as many rows as one transaction should; returns how many. None while the file is busy. */
  readonly removeEnded: () => number;
  readonly close: () => void;
};

type PendingChange = {
  /** Makes the change within a transaction. */
  readonly make: (atMs: number) => Hits | undefined;
  readonly resolve: (hits: Hits | undefined) => void;
  readonly reject: (error: unknown) => void;
};

/** A transaction blocks the event loop, and the other processes' transactions, for some 5 microseconds a hit. */
const maximumBatch = 200;
const maximumPending = 20_000;
/** A batch that meets another process's transaction comes again after a millisecond, for so long. */
const longestBusyMs = 250;
const removedAtOnce = 200;

/** While the file is opened others may be doing the same; later nothing may block. */
const openingBusyMs = 5_000;

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

/** Opens the file, and makes it where it is missing or broken: its counts are worth no more than a minute. */
export function openHitCounter(file: string, nowMs: () => number = Date.now): HitCounter {
  const database = openOrReplace(file);
  const statements = prepare(database);
  let pending: PendingChange[] = [];
  let turn: NodeJS.Immediate | undefined;

  async function countPending(): Promise<void> {
    const batch = pending.splice(0, maximumBatch);
    turn = pending.length > 0 ? setImmediate(countPending) : undefined;
    const deadlineMs = performance.now() + longestBusyMs;
    for (;;) {
      try {
        countBatch(batch);
        return;
      } catch (error) {
        if (!hasCode(error, sqliteBusy) || performance.now() > deadlineMs) {
          for (const change of batch) change.reject(error);
          return;
        }
      }
      await wait(1);
    }
  }

  function countBatch(batch: readonly PendingChange[]): void {
    const atMs = nowMs();
    const counted = inTransaction(database, statements, () => batch.map((change) => change.make(atMs)));
    for (const [index, change] of batch.entries()) change.resolve(counted[index]);
  }

  function change(make: PendingChange['make']): Promise<Hits | undefined> {
    return new Promise((resolve, reject) => {
      if (pending.length >= maximumPending) {
        reject(new Error(`${maximumPending} changes wait to be counted.`));
        return;
      }
      pending.push({ make, resolve, reject });
      turn ??= setImmediate(countPending);
    });
  }

  return {
    take: async (key, hits, windowMs) => {
      const counted = await change((atMs) => toHits(statements.take.get(key, atMs, atMs + windowMs, hits)));
      if (!counted) throw new Error('Hits that were counted have a count.');
      return counted;
    },
    giveBack: async (key, hits, resetsAtMs) => {
      await change(() => {
        statements.giveBack.run(hits, key, resetsAtMs);
        return undefined;
      });
    },
    read: async (key) => {
      const row = statements.read.get(key, nowMs());
      return row && toHits(row);
    },
    removeEnded: () => {
      try {
        return Number(statements.removeEnded.run(nowMs(), removedAtOnce).changes);
      } catch (error) {
        if (hasCode(error, sqliteBusy)) return 0;
        throw error;
      }
    },
    close: () => {
      clearImmediate(turn);
      for (const change of pending) change.reject(new Error('The counter was closed.'));
      pending = [];
      database.close();
    },
  };
}

type Statements = Record<'begin' | 'commit' | 'rollback' | 'take' | 'giveBack' | 'read' | 'removeEnded', StatementSync>;

function prepare(database: DatabaseSync): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    // ?2 is now, ?3 the end of a window that begins now, ?4 how many hits.
    take: database.prepare(
      `INSERT INTO hits (key, count, resets_at_ms) VALUES (?1, ?4, ?3)
       ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN resets_at_ms <= ?2 THEN ?4 ELSE count + ?4 END,
         resets_at_ms = CASE WHEN resets_at_ms <= ?2 THEN ?3 ELSE resets_at_ms END
       RETURNING count, resets_at_ms AS resetsAtMs`,
    ),
    giveBack: database.prepare('UPDATE hits SET count = count - ? WHERE key = ? AND resets_at_ms = ?'),
    read: database.prepare('SELECT count, resets_at_ms AS resetsAtMs FROM hits WHERE key = ? AND resets_at_ms > ?'),
    removeEnded: database.prepare(
      'DELETE FROM hits WHERE key IN (SELECT key FROM hits WHERE resets_at_ms <= ? ORDER BY resets_at_ms LIMIT ?)',
    ),
  };
}

function inTransaction<T>(database: DatabaseSync, statements: Statements, work: () => T): T {
  statements.begin.run();
  try {
    const result = work();
    statements.commit.run();
    return result;
  } catch (error) {
    // Some errors have ended the transaction already.
    if (database.isTransaction) statements.rollback.run();
    throw error;
  }
}

function openOrReplace(file: string): DatabaseSync {
  try {
    return openFile(file);
  } catch (error) {
    // Without synchronous writes the file may be torn after a power failure.
    if (!hasCode(error, sqliteCorrupt) && !hasCode(error, sqliteNotADatabase)) throw error;
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
    return openFile(file);
  }
}

function openFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    // Small pages, because each commit writes whole ones.
    database.exec(`
      PRAGMA busy_timeout = ${openingBusyMs};
      PRAGMA page_size = 1024;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS hits (key TEXT PRIMARY KEY, count INTEGER NOT NULL, resets_at_ms INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS hits_by_end ON hits (resets_at_ms);
      PRAGMA busy_timeout = 0;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function toHits(row: Record<string, unknown> | undefined): Hits {
  const { count, resetsAtMs } = row ?? {};
  if (typeof count !== 'number' || typeof resetsAtMs !== 'number') throw new Error('A row of hits has two numbers.');
  return { count, resetsAtMs };
}

/** `node:sqlite` names the code of SQLite `errcode`; the lower byte is the kind of error. */
function hasCode(error: unknown, code: number): boolean {
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === code
  );
}
