import { apiDocumentRoute, documentationRoute, healthRoute, readinessRoute } from '../system/routes.ts';
import { readStatusRoute, type SystemStatus, simulateFailureRoute } from '../system/status-routes.ts';
import { publish } from './published-route.ts';

const tag = 'System';

type ServiceStatus = SystemStatus['services'][keyof SystemStatus['services']];

const instance = { state: 'up', lastCheckAt: '2026-11-02T09:30:00Z', latencyMs: 1, inFlight: 0 } as const;
const up: ServiceStatus = { status: 'up', simulatedFailure: false, instances: [instance] };

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
  publish(readStatusRoute, {
    tag,
    description:
      'Live figures of the one process of the gateway that answers; others may see other ones. Addresses are shown to ' +
      'those who hold `reports:read`.',
    answer: {
      status: 'degraded',
      services: {
        'auth-service': up,
        'flight-search-service': { ...up, instances: [instance, { ...instance, state: 'open' }] },
        'booking-service': up,
        'reminder-service': { ...up, status: 'down', instances: [{ ...instance, state: 'down' }] },
      },
    },
  }),
  publish(simulateFailureRoute, {
    tag: 'Sandbox',
    notInProduction: true,
    description:
      'All processes of the gateway answer 503 for this service from now on, those that run within half a second, until ' +
      'the time is over; it ends by itself. A later call for the same service takes the place of an earlier one. Needs ' +
      'the role `admin`.',
    body: { service: 'reminder-service', seconds: 30 },
    answer: { service: 'reminder-service', endsAt: '2026-11-02T09:30:30Z' },
  }),
  publish(apiDocumentRoute, {
    tag,
    answer: { openapi: '3.1.0', info: { title: 'Jetbridge', version: '0.1.0' }, paths: {} },
  }),
  publish(documentationRoute, { tag }),
];
