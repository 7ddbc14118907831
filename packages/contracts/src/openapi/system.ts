import { apiDocumentRoute, documentationRoute, healthRoute, readinessRoute } from '../system/routes.ts';
import { publish } from './published-route.ts';

const tag = 'System';

export const systemRoutes = [
  publish(healthRoute, { tag, answer: { status: 'ok', uptime: 3_600, version: '0.1.0' } }),
  publish(readinessRoute, {
    tag,
    description:
      '503 only while the gateway starts or stops, or while no service answers; `degraded` when one is down.',
    answer: {
      status: 'ok',
      services: {
        'auth-service': { status: 'up', latencyMs: 1 },
        'flight-search-service': { status: 'up', latencyMs: 2 },
        'booking-service': { status: 'up', latencyMs: 1 },
        'reminder-service': { status: 'up', latencyMs: 1 },
      },
    },
  }),
  publish(apiDocumentRoute, {
    tag,
    answer: { openapi: '3.1.0', info: { title: 'Jetbridge', version: '0.1.0' }, paths: {} },
  }),
  publish(documentationRoute, { tag }),
];
