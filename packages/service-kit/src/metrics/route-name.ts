import type { IncomingMessage } from 'node:http';

const nameKey = Symbol('route name');

/** What routers leave on a request: express its route, the gateway a name of its own. */
type Routed = IncomingMessage & { [nameKey]?: string; readonly route?: { readonly path?: unknown } };

/** Says by which pattern a request was routed, where no express route does. */
export function nameRoute(req: Routed, pattern: string): void {
  req[nameKey] = pattern;
}

/** What requests without a route count under. Their paths would make a time series each, for whoever invents them. */
const noRoute = '(none)';

/** The pattern of a request's route, such as `/bookings/:id`; never its path. */
export function routeNameOf(req: Routed): string {
  const path = req[nameKey] ?? req.route?.path;
  return typeof path === 'string' ? path : noRoute;
}
