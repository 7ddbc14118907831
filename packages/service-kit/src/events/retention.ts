import { QueryTypes } from 'sequelize';
import type { EventSettings } from '../config/profile.ts';
import type { Database } from '../database/open-database.ts';

/** How long what was told and what was heard is kept, in days. */
export type Retention = { readonly outboxDays: number; readonly inboxDays: number };

/** The most rows of a table one turn deletes, so that no transaction holds the others up for long. */
const batchSize = 500;
const dayMs = 86_400_000;

/**
 * Deletes one batch of what is older than it needs to be, and returns how many rows that were. On a broker only what
 * was published goes; a feed keeps everything for its days, read or not, and tells who comes later that it is gone.
 */
export async function purgeOnce(
  database: Database,
  rules: Retention & { readonly transport: EventSettings['transport'] },
  nowMs: number,
): Promise<number> {
  const publishedBeforeMs = nowMs - rules.outboxDays * dayMs;
  const outboxIds =
    rules.transport === 'amqp'
      ? await findPublished(database, publishedBeforeMs)
      : await findOldestOfFeed(database, publishedBeforeMs);
  const inbox = await select<{ event_id: string }>(
    database,
    'SELECT event_id FROM inbox WHERE received_at_ms < ? ORDER BY received_at_ms LIMIT ?',
    [nowMs - rules.inboxDays * dayMs, batchSize],
  );
  const eventIds = inbox.map((row) => row.event_id);
  await deleteRows(database, 'DELETE FROM outbox WHERE id IN (?)', outboxIds);
  await deleteRows(database, 'DELETE FROM inbox WHERE event_id IN (?)', eventIds);
  return outboxIds.length + eventIds.length;
}

async function findPublished(database: Database, beforeMs: number): Promise<number[]> {
  const rows = await select<{ id: number }>(
    database,
    'SELECT id FROM outbox WHERE published_at_ms < ? ORDER BY published_at_ms, id LIMIT ?',
    [beforeMs, batchSize],
  );
  return rows.map(({ id }) => Number(id));
}

/**
 * The old rows up to the first one that is not: a position that is still answered must have everything behind it. The
 * newest row always stays, so that the feed knows where it ends.
 */
async function findOldestOfFeed(database: Database, beforeMs: number): Promise<number[]> {
  const rows = await select<{ id: number; created_at_ms: number }>(
    database,
    'SELECT id, created_at_ms FROM outbox ORDER BY id LIMIT ?',
    [batchSize + 1],
  );
  const firstKept = rows.findIndex((row) => Number(row.created_at_ms) >= beforeMs);
  return rows.slice(0, firstKept === -1 ? rows.length - 1 : firstKept).map(({ id }) => Number(id));
}

async function select<Row extends object>(database: Database, sql: string, replacements: number[]): Promise<Row[]> {
  return database.sequelize.query<Row>(sql, { replacements, type: QueryTypes.SELECT });
}

async function deleteRows(database: Database, sql: string, ids: readonly (number | string)[]): Promise<void> {
  if (ids.length === 0) return;
  await database.write(async (tx) => {
    await database.sequelize.query(sql, { replacements: [ids], transaction: tx });
  });
}
