import { randomBytes } from 'node:crypto';
import { readStatusRoute, simulateFailureRoute } from '@jetbridge/contracts/system/status-routes.ts';
import type { AccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { type Caller, holds } from '@jetbridge/service-kit/auth/caller.ts';
import { type BoundRoute, bindRoute, createHttpApp } from '@jetbridge/service-kit/http/app.ts';
import { HttpProblem, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { nameRoute } from '@jetbridge/service-kit/metrics/route-name.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { RequestHandler } from 'express';
import { exchangeOf } from '../exchange.ts';
import { apiPrefix } from '../routes.ts';
import type { SimulateFailure } from '../simulated-failures/simulate-failures.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { putOwnHeaders } from './own-headers.ts';
import { presentStatus } from './present-status.ts';

const statusPath = `${apiPrefix}/status`;

/**
 * The routes below the prefix of the API that the gateway answers itself. They count on budgets as all others do, and are
 * checked by the same code as the routes of services.
 */
export function answerStatusRoutes(options: {
  upstreams: Upstreams;
  accessTokens: AccessTokenVerifier;
  /** Not given in production: there is no such address then. */
  simulateFailure: SimulateFailure | undefined;
  log: Logger;
}): RequestHandler {
  const { upstreams, accessTokens, simulateFailure, log } = options;
  const app = createHttpApp({
    service: 'api-gateway',
    log,
    routes: [statusRoute(upstreams), ...(simulateFailure ? [failureRoute(simulateFailure)] : [])],
    accessTokens,
    // None of these routes is for services, so nobody needs to know it.
    internalSecret: randomBytes(32).toString('base64'),
    translateError: () => undefined,
    isReady: () => true,
  });
  return (req, res, next) => {
    const { path, query, requestId, clientAddress, destination } = exchangeOf(req);
    if (destination) {
      next();
      return;
    }
    const compared = path.toLowerCase();
    if (compared !== statusPath && !compared.startsWith(`${statusPath}/`)) {
      next();
      return;
    }
    nameRoute(req, statusPath);
    putOwnHeaders(res);
    res.setHeader('Cache-Control', 'no-store');
    req.headers['x-request-id'] = requestId;
    req.headers['x-forwarded-for'] = clientAddress;
    req.url = path.slice(apiPrefix.length) + query;
    app(req, res);
  };
}

function statusRoute(upstreams: Upstreams): BoundRoute {
  return bindRoute(readStatusRoute, async ({ caller }) => {
    return { body: presentStatus(upstreams, { showsAddresses: holds(caller, 'reports:read') }) };
  });
}

function failureRoute(simulateFailure: SimulateFailure): BoundRoute {
  return bindRoute(
    simulateFailureRoute,
    async ({ body: { service, seconds } }) => {
      try {
        await simulateFailure(service, seconds);
      } catch (error) {
        throw serviceUnavailable({ effect: 'unknown', cause: error });
      }
      return { body: { service, endsAt: toInstant(Date.now() + seconds * 1_000) } };
    },
    admitAdministrators,
  );
}

function admitAdministrators(caller: Caller | undefined): void {
  if (caller?.roles.includes('admin')) return;
  throw new HttpProblem({
    status: 403,
    code: 'permission_missing',
    detail: 'Only administrators (role admin) may do this.',
  });
}
