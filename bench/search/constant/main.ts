// What the HTTP of a service costs alone: the same Express app, with an answer that is made already.
import { readFileSync } from 'node:fs';
import { defineRoute } from '@jetbridge/contracts/http/route.ts';
import { createAccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { bindRoute, createHttpApp } from '@jetbridge/service-kit/http/app.ts';
import { listen } from '@jetbridge/service-kit/http/server.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { createMetrics } from '@jetbridge/service-kit/metrics/metrics.ts';
import { z } from 'zod';

const log = createLogger({ service: 'constant', level: 'error' });
const body = readFileSync(process.env.CONSTANT_BODY ?? '', 'utf8');

const route = defineRoute({
  id: 'constant',
  service: 'flight-search-service',
  method: 'get',
  path: '/flights',
  access: 'anyone',
  summary: 'The same answer, whatever is asked',
  query: z.looseObject({}),
  answer: { status: 200, description: 'It', schema: z.unknown() },
});

const app = createHttpApp({
  service: 'flight-search-service',
  log,
  routes: [bindRoute(route, async () => ({ written: { status: 200, version: null, body }, replayed: false }))],
  accessTokens: createAccessTokenVerifier({ keySetUrl: 'http://127.0.0.1:9/', log }),
  internalSecret: 'nobody calls from inside',
  translateError: () => undefined,
  isReady: () => true,
});
const metrics = createMetrics({ service: 'constant', processMetrics: false });
await listen(metrics.observe(app), { host: '127.0.0.1', port: Number(process.env.FLIGHT_PORT) });
