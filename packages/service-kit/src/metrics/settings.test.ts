import { expect, test } from 'vitest';
import { readMetricsSettings } from './settings.ts';

test.for([
  [{}, 9_103],
  [{ METRICS_PORT: '9500' }, 9_500],
  [{ METRICS_PORT: '9500', BOOKING_METRICS_PORT: '9600', AUTH_METRICS_PORT: '9700' }, 9_600],
  [{ METRICS_PORT: '0' }, 0],
  [{ NODE_ENV: 'test' }, 0],
  [{ NODE_ENV: 'test', METRICS_PORT: '9500' }, 9_500],
] as const)('of %o, booking-service takes port %i', ([environment, expected]) => {
  const { host, port } = readMetricsSettings(environment, 'booking-service');
  expect({ host, port }).toEqual({ host: '127.0.0.1', port: expected });
});
