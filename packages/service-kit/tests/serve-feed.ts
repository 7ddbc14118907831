import { createInternalTokens } from '../src/auth/internal-tokens.ts';
import type { Database } from '../src/database/open-database.ts';
import { feedRoutes } from '../src/events/feed/producer.ts';
import { type FeedSource, remoteFeed } from '../src/events/feed/source.ts';
import { createHttpApp } from '../src/http/app.ts';
import { listen } from '../src/http/server.ts';
import { createServiceClient } from '../src/http/service-client.ts';
import { log } from './kit-database.ts';

export const internalSecret = 'a secret that only tests know, long enough';

/** booking-service's feed behind its real door, and the way flight-search-service reads it. */
export async function serveFeed(database: Database) {
  const listener = createHttpApp({
    service: 'booking-service',
    log,
    routes: feedRoutes(database, 'booking-service'),
    accessTokens: {
      verify: () => Promise.reject(new Error('Nobody signs in here.')),
    },
    internalSecret,
    translateError: () => undefined,
    isReady: () => true,
  });
  const server = await listen(listener, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  const tokens = createInternalTokens({ from: 'flight-search-service', secret: internalSecret });
  const client = createServiceClient({ urls: [url], tokens, timeoutMs: 5_000 });
  const source: FeedSource = remoteFeed('booking-service', client);
  return { url, tokens, source, stop: server.stop };
}
