import { maximumFeedPage, readFeedRoute } from '@jetbridge/contracts/events/feed.ts';
import { createInternalTokens } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { createServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { readBooks } from './books/books.ts';
import type { Findings } from './findings.ts';

const types = ['booking.created', 'booking.confirmed', 'booking.cancelled', 'booking.expired'];

/** The newest part of a long outbox is read: the feed reads it all in the same way. */
const maximumPositions = 100_000;

/** Reads the feed as reminder-service would: every event of the outbox comes, at rising positions. */
export async function checkFeed(
  database: Database,
  { url, findings }: { url: string; findings: Findings },
): Promise<void> {
  const books = readBooks(database);
  const end = await books.number('SELECT MAX(id) FROM outbox');
  const start = Math.max(0, end - maximumPositions);
  const tokens = createInternalTokens({ from: 'reminder-service', secret: testInternalSecret });
  const client = createServiceClient({ urls: [url], tokens, timeoutMs: 10_000 });

  const found: string[] = [];
  for (let after = start; after < end; ) {
    const query = { after, limit: maximumFeedPage, types: types.join(',') };
    const { events, position } = await client.call(readFeedRoute('booking-service'), { query });
    for (const { position: at, event } of events) {
      if (at <= after || at > position) findings.violated('feed', `position ${at} between ${after} and ${position}`);
      found.push(event.id);
    }
    if (position <= after) {
      findings.violated('feed', `ends at ${after} of ${end}`);
      break;
    }
    after = position;
  }

  const expected = await books.rows<{ event_id: string }>(
    'SELECT event_id FROM outbox WHERE id > ? AND id <= ? AND type IN (?) ORDER BY id',
    [start, end, types],
  );
  findings.checked('feed', expected.length);
  const first = expected.findIndex(({ event_id: id }, place) => found[place] !== id);
  if (first >= 0) findings.violated('feed', `event ${expected[first]?.event_id} is missing or not in its place`);
  if (found.length > expected.length) findings.violated('feed', `${found.length - expected.length} events too many`);
}
