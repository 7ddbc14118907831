import * as bookings from '@jetbridge/contracts/bookings/routes.ts';
import * as catalogue from '@jetbridge/contracts/flights/catalogue-routes.ts';
import * as imports from '@jetbridge/contracts/flights/imports.ts';
import * as itineraries from '@jetbridge/contracts/flights/itineraries.ts';
import * as flights from '@jetbridge/contracts/flights/routes.ts';
import type { Route } from '@jetbridge/contracts/http/route.ts';
import * as identity from '@jetbridge/contracts/identity/routes.ts';
import * as deadLetters from '@jetbridge/contracts/reminders/dead-letter-routes.ts';
import * as preferences from '@jetbridge/contracts/reminders/preference-routes.ts';
import * as reminders from '@jetbridge/contracts/reminders/routes.ts';
import { describe, expect, test } from 'vitest';
import { apiPrefix, findDestination } from './routes.ts';

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'service' in value && 'method' in value && 'path' in value;
}

const routesOfTheContract = [
  bookings,
  catalogue,
  flights,
  identity,
  imports,
  itineraries,
  reminders,
  preferences,
  deadLetters,
]
  .flatMap((module) => Object.values(module).filter(isRoute))
  .filter((route) => route.access !== 'service');

describe('the destination of a path', () => {
  test.each(routesOfTheContract.map((route) => [route.method, route.path, route.service]))(
    'of the contract, %s %s, is the service that answers it: %s',
    (_method, path, service) => {
      const prefix = path.startsWith('/.well-known/') ? '' : apiPrefix;
      expect(findDestination(prefix + path.replaceAll(/:\w+/g, 'some_id'))?.service).toBe(service);
    },
  );

  test.each([
    ['/users/me', 'auth-service'],
    ['/USERS/Me/subscriptions', 'flight-search-service'],
    ['/users/me/subscriptions', 'flight-search-service'],
    ['/users/me/subscriptions/', 'flight-search-service'],
    ['/users/me/notification-preferences', 'reminder-service'],
    ['/users/usr_1/subscriptions', 'auth-service'],
    ['/flights/flt_1/seat-map', 'booking-service'],
    ['/flights/flt_1/impact', 'flight-search-service'],
    ['/flights//seat-map', 'flight-search-service'],
    ['/webhooks/payments/stripe', 'booking-service'],
    ['/webhooks/whk_1/ping', 'reminder-service'],
    ['/imports/imp_1', 'flight-search-service'],
    ['/unsubscribe/some-token', 'reminder-service'],
  ])('is decided by the longest prefix: %s goes to %s', (path, service) => {
    expect(findDestination(apiPrefix + path)?.service).toBe(service);
  });

  test.each([
    '/',
    '/flights',
    '/api/v1',
    '/api/v1/',
    '/api/v1/internal/events',
    '/internal/events',
    '/api/v1/flightsx',
    '/api/v10/flights',
    '/apiary',
    '/api/v1/health',
    '/api/v1/.well-known/jwks.json',
    '/api/v1/constructor',
    '/api/v1/__proto__',
  ])('%s has none', (path) => {
    expect(findDestination(path)).toBeUndefined();
  });

  test('a larger body is taken for imports only', () => {
    expect(findDestination('/api/v1/flights')?.bodyLimitBytes).toBe(1_048_576);
    expect(findDestination('/api/v1/flights/import')?.bodyLimitBytes).toBe(67_108_864);
  });
});
