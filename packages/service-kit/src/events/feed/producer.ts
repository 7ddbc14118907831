import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { type FeedPage, maximumFeedPage, readFeedEndRoute, readFeedRoute } from '@jetbridge/contracts/events/feed.ts';
import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { QueryTypes } from 'sequelize';
import type { Database } from '../../database/open-database.ts';
import { type BoundRoute, bindRoute } from '../../http/app.ts';
import { HttpProblem } from '../../http/problems.ts';
import type { FeedSource } from './source.ts';

/** The outbox as other services pull it. */
export function feedRoutes(database: Database, service: ServiceName): BoundRoute[] {
  return [
    bindRoute(readFeedRoute(service), async ({ query }) => ({ body: await readPage(database, query) })),
    bindRoute(readFeedEndRoute(service), async () => ({ body: { position: await readEnd(database) } })),
  ];
}

/** This service's own outbox, for what it keeps in memory of its own events. */
export function localFeed(database: Database): FeedSource {
  return {
    read: (request) => readPage(database, { ...request, limit: maximumFeedPage }),
    end: () => readEnd(database),
  };
}

type OutboxRow = { id: number; type: string; envelope: string };

/**
 * Reading `id > after` misses nothing only because SQLite has one writer at a time, so that ids commit in order; with
 * several writers a late commit could slip in below a position already read.
 */
async function readPage(
  database: Database,
  request: { after: number; limit: number; types: string },
): Promise<FeedPage> {
  const rows = await database.sequelize.query<OutboxRow>(
    'SELECT id, type, envelope FROM outbox WHERE id > ? ORDER BY id LIMIT ?',
    { replacements: [request.after, request.limit], type: QueryTypes.SELECT },
  );
  // Two events in a row are the usual case, and need no second look.
  if (Number(rows[0]?.id) !== request.after + 1) await refuseGonePosition(database, request.after);
  const wanted = new Set(request.types.split(','));
  const events = rows
    .filter((row) => wanted.has(row.type))
    // `appendEvents` wrote the envelope.
    .map((row) => ({ position: Number(row.id), event: JSON.parse(row.envelope) as EventEnvelope }));
  return { events, position: Number(rows.at(-1)?.id ?? request.after) };
}

/**
 * A reader at a position whose followers were deleted would miss them in silence, and so would one ahead of the end: this
 * database is then an older copy. Position 0 is that of a reader who has never read, and takes what there is.
 */
async function refuseGonePosition(database: Database, after: number): Promise<void> {
  if (after === 0) return;
  const [row] = await database.sequelize.query<{ oldest: number | null; newest: number | null }>(
    // Each alone is one look into the key; MIN and MAX in one SELECT would read the whole table on SQLite.
    'SELECT (SELECT MIN(id) FROM outbox) AS oldest, (SELECT MAX(id) FROM outbox) AS newest',
    { type: QueryTypes.SELECT },
  );
  const oldest = Number(row?.oldest ?? 0);
  const newest = Number(row?.newest ?? 0);
  if (after >= oldest - 1 && after <= newest) return;
  throw new HttpProblem({
    status: 410,
    code: 'feed_position_gone',
    detail: `This feed goes from ${oldest} to ${newest}; what followed position ${after} is not in it.`,
  });
}

/** The newest row is never purged, so its id is where the feed ends. */
async function readEnd(database: Database): Promise<number> {
  const [row] = await database.sequelize.query<{ newest: number | null }>('SELECT MAX(id) AS newest FROM outbox', {
    type: QueryTypes.SELECT,
  });
  return Number(row?.newest ?? 0);
}
