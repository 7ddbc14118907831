import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { readFeedRoute } from '@jetbridge/contracts/events/feed.ts';
import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { QueryTypes } from 'sequelize';
import type { Database } from '../../database/open-database.ts';
import { type BoundRoute, bindRoute } from '../../http/app.ts';

/**
 * The outbox as others pull it. Reading `id > after` misses nothing only because SQLite has one writer at a time, so
 * that ids commit in order; with several writers a late commit could slip in below a position already read.
 */
export function feedRoute(database: Database, service: ServiceName): BoundRoute {
  return bindRoute(readFeedRoute(service), async ({ query }) => {
    const rows = await database.sequelize.query<{ id: number; type: string; envelope: string }>(
      'SELECT id, type, envelope FROM outbox WHERE id > ? ORDER BY id LIMIT ?',
      { replacements: [query.after, query.limit], type: QueryTypes.SELECT },
    );
    const wanted = new Set(query.types.split(','));
    const events = rows
      .filter((row) => wanted.has(row.type))
      // `appendEvents` wrote the envelope.
      .map((row) => ({ position: Number(row.id), event: JSON.parse(row.envelope) as EventEnvelope }));
    return { body: { events, position: Number(rows.at(-1)?.id ?? query.after) } };
  });
}
