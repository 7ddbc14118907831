import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import type { FeedPage } from '@jetbridge/contracts/events/feed.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { BackendService } from '../../config/service-urls.ts';
import { createLease } from '../../database/leases.ts';
import type { Database } from '../../database/open-database.ts';
import type { Logger } from '../../log/logger.ts';
import { buryEvent, describeError } from '../dead-letters.ts';
import { type AnyHandlers, MalformedEvent, receiveEvent } from '../receive.ts';
import { isPositionGone, isUnreachable } from './errors.ts';
import type { FeedSource } from './source.ts';

/** Tries at one event before it goes to the dead letters and the feed moves on. */
const maximumTries = 5;

/** A process that dies keeps others from pulling for no longer than this. */
const leaseMs = 10_000;

/** Pulls one producer's feed: each event's effect and the position after it are one transaction. */
export function createFeedConsumer(options: {
  database: Database;
  producer: BackendService;
  source: FeedSource;
  handlers: AnyHandlers;
  log: Logger;
}) {
  const { database, producer, source, handlers, log } = options;
  const lease = createLease(database, { name: `feed:${producer}`, lengthMs: leaseMs });
  const types = Object.keys(handlers).join(',');
  let problem: string | undefined;

  /** Handles one page and returns how many events it held; 0 when another process has the lease. */
  async function runOnce(): Promise<number> {
    if (!(await lease.hold())) return 0;
    const cursor = await readCursor(database, producer);
    const page = await pull(cursor.position);
    if (!page) return 0;
    for (const [handled, { event, position }] of page.events.entries()) {
      // Slow handlers outlive a lease; another process may go on from here.
      if (!(await lease.hold())) return handled;
      await handle(event, position);
    }
    if (page.position > (page.events.at(-1)?.position ?? cursor.position)) {
      await database.write((tx) => moveCursor(database, producer, page.position, tx));
    }
    return page.events.length;
  }

  async function pull(after: number): Promise<FeedPage | undefined> {
    try {
      const page = await source.read({ after, types });
      problem = undefined;
      return page;
    } catch (error) {
      // A producer that is not up yet, or restarts, is no failure of this loop.
      if (isUnreachable(error)) return undefined;
      if (isPositionGone(error)) reportGap(after, error);
      throw error;
    }
  }

  /** Events may be missing for good: a person has to look, because going on would hide it. */
  function reportGap(after: number, error: unknown): void {
    const sentence =
      `The feed of ${producer} has no longer what followed position ${after}; events may be lost. ` +
      'Compare the services, then set the position in the table feed_cursors to where reading may go on.';
    if (problem === undefined) log.error({ error, producer, after }, sentence);
    problem = sentence;
  }

  async function handle(event: EventEnvelope, position: number): Promise<void> {
    try {
      await receiveEvent(database, handlers, event, (tx) => moveCursor(database, producer, position, tx));
    } catch (error) {
      // That the database is away says nothing of the event.
      if (database.dialect.isUnavailable(error)) throw error;
      const failures = await countFailure(database, producer);
      if (failures < maximumTries && !(error instanceof MalformedEvent)) throw error;
      log.error({ error, eventId: event.id, type: event.type }, 'an event went to the dead letters');
      const letter = {
        eventId: event.id,
        type: event.type,
        envelope: JSON.stringify(event),
        error: describeError(error),
      };
      await database.write(async (tx) => {
        await buryEvent(database, letter, tx);
        await moveCursor(database, producer, position, tx);
      });
    }
  }

  return {
    runOnce,
    /** Why this consumer cannot go on by itself; undefined when all is well. */
    problem: () => problem,
    stop: () => lease.release(),
  };
}

async function readCursor(database: Database, producer: string): Promise<{ position: number }> {
  const [cursor] = await database.sequelize.query<{ position: number }>(
    'SELECT position FROM feed_cursors WHERE producer = ?',
    { replacements: [producer], type: QueryTypes.SELECT },
  );
  if (cursor) return { position: Number(cursor.position) };
  const row = { producer, position: 0, failures: 0 };
  await database.write((tx) => database.dialect.insertOrKeep(database.sequelize, 'feed_cursors', [row], tx));
  return { position: 0 };
}

/** Never back: a process that lost its lease while it slept may still have an event in hand. */
async function moveCursor(database: Database, producer: string, position: number, tx: Transaction): Promise<void> {
  await database.sequelize.query(
    'UPDATE feed_cursors SET position = ?, failures = 0 WHERE producer = ? AND position < ?',
    { replacements: [position, producer, position], type: QueryTypes.UPDATE, transaction: tx },
  );
}

async function countFailure(database: Database, producer: string): Promise<number> {
  return database.write(async (tx) => {
    const options = { replacements: [producer], transaction: tx };
    await database.sequelize.query('UPDATE feed_cursors SET failures = failures + 1 WHERE producer = ?', options);
    const [row] = await database.sequelize.query<{ failures: number }>(
      'SELECT failures FROM feed_cursors WHERE producer = ?',
      { ...options, type: QueryTypes.SELECT },
    );
    return Number(row?.failures ?? 0);
  });
}
