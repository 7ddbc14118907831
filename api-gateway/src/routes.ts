import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';

/** What stands before every path of the API; the services don't know it. */
export const apiPrefix = '/api/v1';

const mebibyte = 1_048_576;

/** The largest body of a request, unless its route says otherwise. */
export const usualBodyLimitBytes = mebibyte;

/** Where requests go whose path begins with `prefix`. A segment that begins with a colon stands for any one. */
export type PublicRoute = {
  readonly prefix: `/${string}`;
  readonly service: BackendService;
  /** Stands at the root, not below the prefix of the API. */
  readonly atRoot?: true;
  readonly bodyLimitBytes?: number;
  /** Connections may become WebSockets there. */
  readonly webSockets?: true;
  /** What follows the prefix is a secret and is not logged. */
  readonly secretBelow?: true;
};

/** All public prefixes. The longest that matches wins; the services answer wrong methods and unknown paths below them. */
export const publicRoutes: readonly PublicRoute[] = [
  { prefix: '/.well-known/jwks.json', service: 'auth-service', atRoot: true },
  { prefix: '/auth', service: 'auth-service' },
  { prefix: '/users', service: 'auth-service' },
  { prefix: '/roles', service: 'auth-service' },
  { prefix: '/permissions', service: 'auth-service' },
  { prefix: '/audit-log', service: 'auth-service' },

  { prefix: '/flights', service: 'flight-search-service' },
  { prefix: '/flights/import', service: 'flight-search-service', bodyLimitBytes: 64 * mebibyte },
  { prefix: '/imports', service: 'flight-search-service' },
  { prefix: '/itineraries', service: 'flight-search-service' },
  { prefix: '/fares', service: 'flight-search-service' },
  { prefix: '/cities', service: 'flight-search-service' },
  { prefix: '/airports', service: 'flight-search-service' },
  { prefix: '/airlines', service: 'flight-search-service' },
  { prefix: '/airplanes', service: 'flight-search-service' },
  { prefix: '/users/me/subscriptions', service: 'flight-search-service' },
  { prefix: '/socket.io', service: 'flight-search-service', atRoot: true, webSockets: true },

  { prefix: '/bookings', service: 'booking-service' },
  { prefix: '/waitlist', service: 'booking-service' },
  { prefix: '/reports', service: 'booking-service' },
  { prefix: '/flights/:id/seat-map', service: 'booking-service' },
  { prefix: '/webhooks/payments', service: 'booking-service' },

  { prefix: '/reminders', service: 'reminder-service' },
  { prefix: '/users/me/notification-preferences', service: 'reminder-service' },
  { prefix: '/unsubscribe', service: 'reminder-service', secretBelow: true },
  { prefix: '/dead-letters', service: 'reminder-service' },
  { prefix: '/webhooks', service: 'reminder-service' },
  { prefix: '/sandbox', service: 'reminder-service' },
];

/** Where one request goes. */
export type Destination = {
  /** The public prefix it was found by, with the prefix of the API. */
  readonly pattern: string;
  readonly service: BackendService;
  readonly bodyLimitBytes: number;
  readonly webSockets: boolean;
  readonly secretBelow: boolean;
  /** How many characters of the path stay with the gateway. */
  readonly strippedLength: number;
};

type CompiledRoute = { readonly segments: readonly string[]; readonly destination: Destination };

/** The routes of one first segment, the longest first. */
type RoutesByFirstSegment = ReadonlyMap<string, readonly CompiledRoute[]>;

const apiRoutes = compile(publicRoutes.filter((route) => !route.atRoot));
const rootRoutes = compile(publicRoutes.filter((route) => route.atRoot));

/**
 * The destination of a path (without query), or nothing. Segments are compared whole and undecoded: `/apiary` is not
 * below `/api`, and nobody else decodes what we compared. Their letter case is all one, as it is to the services.
 */
export function findDestination(path: string): Destination | undefined {
  const compared = path.toLowerCase();
  return compared.startsWith(`${apiPrefix}/`)
    ? longestMatch(apiRoutes, compared.slice(apiPrefix.length + 1).split('/'))
    : longestMatch(rootRoutes, compared.slice(1).split('/'));
}

function longestMatch(routes: RoutesByFirstSegment, segments: readonly string[]): Destination | undefined {
  const candidates = routes.get(segments[0] ?? '');
  if (!candidates) return undefined;
  for (const { segments: expected, destination } of candidates) {
    if (matches(expected, segments)) return destination;
  }
  return undefined;
}

function matches(expected: readonly string[], segments: readonly string[]): boolean {
  for (let index = 0; index < expected.length; index++) {
    const given = segments[index];
    const segment = expected[index];
    if (given !== segment && !(given && segment?.startsWith(':'))) return false;
  }
  return true;
}

function compile(routes: readonly PublicRoute[]): RoutesByFirstSegment {
  const compiled = routes
    .map((route) => ({ segments: route.prefix.slice(1).split('/'), destination: destinationOf(route) }))
    .toSorted((one, other) => other.segments.length - one.segments.length);
  return Map.groupBy(compiled, (route) => route.segments[0] ?? '');
}

function destinationOf(route: PublicRoute): Destination {
  return {
    pattern: route.atRoot ? route.prefix : `${apiPrefix}${route.prefix}`,
    service: route.service,
    bodyLimitBytes: route.bodyLimitBytes ?? usualBodyLimitBytes,
    webSockets: route.webSockets ?? false,
    secretBelow: route.secretBelow ?? false,
    strippedLength: route.atRoot ? 0 : apiPrefix.length,
  };
}
