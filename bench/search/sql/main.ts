// The same search as indexed SQL through Sequelize, as one would write it first: two statements and an object per flight.
import { searchFlightsRoute } from '@jetbridge/contracts/flights/routes.ts';
import { createAccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { bindRoute, createHttpApp } from '@jetbridge/service-kit/http/app.ts';
import { listen } from '@jetbridge/service-kit/http/server.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { createMetrics } from '@jetbridge/service-kit/metrics/metrics.ts';
import { createSqlSearch } from './sql-search.ts';

const log = createLogger({ service: 'sql', level: 'error' });
const names = { setting: 'FLIGHT_DATABASE_URL', database: 'airline_flight' } as const;
const database = await openDatabase(readDatabaseSettings(process.env, names), log);
const search = await createSqlSearch(database);

const app = createHttpApp({
  service: 'flight-search-service',
  log,
  routes: [bindRoute(searchFlightsRoute, async ({ query }) => ({ body: await search(query) }))],
  accessTokens: createAccessTokenVerifier({ keySetUrl: 'http://127.0.0.1:9/', log }),
  internalSecret: 'nobody calls from inside',
  translateError: () => undefined,
  isReady: () => true,
});
const metrics = createMetrics({ service: 'sql', processMetrics: false });
await listen(metrics.observe(app), { host: '127.0.0.1', port: Number(process.env.FLIGHT_PORT) });
