import { type AccessChange, type AccessChanges, maximumAccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { Op, QueryTypes, type Transaction } from 'sequelize';
import type { SessionEndReason } from '../domain/refresh-decision.ts';
import { readRolesVersion } from './access.ts';
import type { Models } from './models.ts';

/** What these functions work on. */
type Parts = { readonly database: Database; readonly models: Models };

/** All sessions of a user, or all but the one that the user is at. */
type OfUser = { readonly userId: string; readonly exceptSessionId?: string };

/** One session; with a user, only if it is theirs. */
type OneSession = { readonly sessionId: string; readonly userId?: string };

/** A minute more than access tokens last: who starts to listen learns all that a token may still be older than. */
const tokensLastMs = 16 * 60_000;

/** Longer than that, so that nobody's question meets a gap. */
const keptMs = 2 * tokensLastMs;

/** The most rows one purge deletes. */
const rowsPerPurge = 1_000;

/**
 * Tells every service that a user's access tokens with a version below this one no longer hold. The version was raised in the
 * same transaction; a change that leaves access as it is, like another name, raises it and stays silent.
 */
export async function announceUserVersion(
  database: Database,
  { userId, version, nowMs }: { userId: string; version: number; nowMs: number },
  tx: Transaction,
): Promise<void> {
  await announce(database, [{ kind: 'user', id: userId, version, atMs: nowMs }], tx);
}

/**
 * Ends open sessions: their refresh tokens are refused from now on, their access tokens by every service within seconds.
 * @returns how many were ended.
 */
export async function endSessions(
  { database, models }: Parts,
  which: OfUser | OneSession,
  { reason, nowMs }: { reason: SessionEndReason; nowMs: number },
  tx: Transaction,
): Promise<number> {
  const open = await models.Session.findAll({
    attributes: ['id'],
    where: {
      ...('sessionId' in which ? { id: which.sessionId } : {}),
      ...('userId' in which ? { userId: which.userId } : {}),
      ...('exceptSessionId' in which ? { id: { [Op.ne]: which.exceptSessionId } } : {}),
      endedAtMs: null,
    },
    order: ['id'],
    lock: true,
    transaction: tx,
  });
  const ids = open.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const end = { endedAtMs: nowMs, endReason: reason };
  await models.Session.update(end, { where: { id: ids, endedAtMs: null }, transaction: tx });
  await announce(
    database,
    ids.map((id) => ({ kind: 'session', id, atMs: nowMs })),
    tx,
  );
  return ids.length;
}

/** Locks the head until the transaction ends, so it comes after all other locks but that of the audit log. */
async function announce(database: Database, changes: readonly AccessChange[], tx: Transaction): Promise<void> {
  const { sequelize } = database;
  await sequelize.query('UPDATE access_changes_head SET position = position + ? WHERE id = 1', {
    replacements: [changes.length],
    type: QueryTypes.UPDATE,
    transaction: tx,
  });
  const last = await readHead(database, tx);
  const rows = changes.map((change, index) => ({
    position: last - changes.length + 1 + index,
    kind: change.kind,
    subject: change.id,
    version: change.kind === 'user' ? change.version : null,
    changed_at_ms: change.atMs,
  }));
  await insertRows(database, 'access_changes', rows, tx);
}

/**
 * The changes after a position, or without one those of the last 16 minutes.
 * @param nowMs real time, in Unix milliseconds.
 */
export async function readAccessChanges(
  { database, models }: Parts,
  { after, nowMs }: { after: number | undefined; nowMs: number },
): Promise<AccessChanges> {
  // Before the rows: what changes meanwhile is read once more next time, and nothing is passed over.
  const head = await readHead(database);
  const rolesVersion = await readRolesVersion(models);
  const rows = await database.sequelize.query<Row>(
    `SELECT position, kind, subject, version, changed_at_ms FROM access_changes
     WHERE ${after === undefined ? 'changed_at_ms >= ?' : 'position > ?'} ORDER BY position LIMIT ?`,
    { replacements: [after ?? nowMs - tokensLastMs, maximumAccessChanges], type: QueryTypes.SELECT },
  );
  const last = rows.at(-1);
  // A full page ends with its last row; a database that was restored may have a head below where the asker is.
  const position = rows.length === maximumAccessChanges && last ? Number(last.position) : head;
  return { position, rolesVersion, changes: rows.map(toChange) };
}

/** Deletes what no token can be older than any more; returns how many rows. */
export async function purgeAccessChanges(database: Database, nowMs: number): Promise<number> {
  const rows = await database.sequelize.query<{ position: number }>(
    'SELECT position FROM access_changes WHERE changed_at_ms < ? ORDER BY changed_at_ms LIMIT ?',
    { replacements: [nowMs - keptMs, rowsPerPurge], type: QueryTypes.SELECT },
  );
  if (rows.length === 0) return 0;
  await database.write(async (tx) => {
    await database.sequelize.query('DELETE FROM access_changes WHERE position IN (?)', {
      replacements: [rows.map(({ position }) => position)],
      transaction: tx,
    });
  });
  return rows.length;
}

type Row = {
  readonly position: number;
  readonly kind: 'user' | 'session';
  readonly subject: string;
  readonly version: number | null;
  readonly changed_at_ms: number;
};

function toChange({ kind, subject, version, changed_at_ms }: Row): AccessChange {
  const atMs = Number(changed_at_ms);
  return kind === 'user' ? { kind, id: subject, version: Number(version), atMs } : { kind, id: subject, atMs };
}

async function readHead({ sequelize }: Database, tx?: Transaction): Promise<number> {
  const [head] = await sequelize.query<{ position: number }>('SELECT position FROM access_changes_head WHERE id = 1', {
    type: QueryTypes.SELECT,
    transaction: tx ?? null,
  });
  if (!head) throw new Error('The table access_changes_head has lost its row; insert (1, 0) to repair it.');
  return Number(head.position);
}
