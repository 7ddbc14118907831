import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { readFeedRoute } from '@jetbridge/contracts/events/feed.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { BackendService } from '../../config/service-urls.ts';
import { createLease } from '../../database/leases.ts';
import type { Database } from '../../database/open-database.ts';
import { ServiceCallError, type ServiceClient } from '../../http/service-client.ts';
import type { Logger } from '../../log/logger.ts';
import { type AnyHandlers, buryEvent, MalformedEvent, receiveEvent } from '../receive.ts';

/** Tries at one event before it goes to the dead letters and the feed moves on. */
const maximumTries = 5;

/** A process that dies keeps others from pulling for no longer than this. */
const leaseMs = 10_000;

/** Pulls one producer's feed: each event's effect and the position after it are one transaction. */
export function createFeedConsumer(options: {
  database: Database;
  producer: BackendService;
  client: ServiceClient;
  handlers: AnyHandlers;
  log: Logger;
}) {
  const { database, producer, client, handlers, log } = options;
  const lease = createLease(database, { name: `feed:${producer}`, lengthMs: leaseMs });
  const route = readFeedRoute(producer);
  const types = Object.keys(handlers).join(',');

  /** Handles one page and returns how many events it held; 0 when another process has the lease. */
  async function runOnce(): Promise<number> {
    if (!(await lease.hold())) return 0;
    const cursor = await readCursor(database, producer);
    const page = await pull(cursor.position);
    if (!page) return 0;
    for (const { event, position } of page.events) {
      await handle(event, position);
    }
    if (page.position > (page.events.at(-1)?.position ?? cursor.position)) {
      await database.write((tx) => moveCursor(database, producer, page.position, tx));
    }
    return page.events.length;
  }

  async function pull(after: number) {
    try {
      return await client.call(route, { query: { after, types } });
    } catch (error) {
      // A producer that is not up yet, or restarts, is no failure of this loop.
      if (error instanceof ServiceCallError && error.status === 0) return undefined;
      throw error;
    }
  }

  async function handle(event: EventEnvelope, position: number): Promise<void> {
    try {
      await receiveEvent(database, handlers, event, (tx) => moveCursor(database, producer, position, tx));
    } catch (error) {
      const failures = await countFailure(database, producer);
      if (failures < maximumTries && !(error instanceof MalformedEvent)) throw error;
      log.error({ error, eventId: event.id, type: event.type }, 'an event went to the dead letters');
      const letter = { eventId: event.id, type: event.type, envelope: JSON.stringify(event), error };
      await database.write(async (tx) => {
        await buryEvent(database, letter, tx);
        await moveCursor(database, producer, position, tx);
      });
    }
  }

  return { runOnce, stop: () => lease.release() };
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

async function moveCursor(database: Database, producer: string, position: number, tx: Transaction): Promise<void> {
  await database.sequelize.query('UPDATE feed_cursors SET position = ?, failures = 0 WHERE producer = ?', {
    replacements: [position, producer],
    type: QueryTypes.UPDATE,
    transaction: tx,
  });
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
