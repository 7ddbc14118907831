import type { AccessTokenVerifier, RememberingTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import express from 'express';
import type { Config } from './config.ts';
import { answerDocs } from './docs/answer-docs.ts';
import type { AccessLog } from './http/access-log.ts';
import { answerProblems } from './http/answer-problems.ts';
import { beginEach } from './http/begin.ts';
import { checkToken } from './http/check-token.ts';
import { crossOriginAccess } from './http/cross-origin-access.ts';
import { inOrder } from './http/in-order.ts';
import { type Messages, messagesOf } from './http/messages.ts';
import { refuseUnsafeAddresses } from './http/refuse-unsafe-addresses.ts';
import { answerStatusRoutes } from './http/status-routes.ts';
import { answerSystemRoutes } from './http/system-routes.ts';
import type { Limits } from './limits/limits.ts';
import type { Forwarding } from './proxy/forward.ts';
import type { SimulateFailure } from './simulated-failures/simulate-failures.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

type GatewayParts = {
  readonly config: Config;
  readonly log: Logger;
  readonly accessLog: AccessLog;
  readonly verifier: RememberingTokenVerifier;
  /** Believes what auth-service confirms, for what the gateway answers itself. */
  readonly confirmedTokens: AccessTokenVerifier;
  /** Not in production. */
  readonly simulateFailure: SimulateFailure | undefined;
  readonly limits: Limits;
  readonly upstreams: Upstreams;
  readonly forwarding: Forwarding;
  readonly isStopping: () => boolean;
};

/**
 * The way of every request through the gateway, step by step. Bodies are never read here: they stream through. Request id and
 * security headers are no step: whoever answers puts them on its answer (`own-headers.ts`).
 */
export function createGatewayApp(parts: GatewayParts): { listener: express.Express; messages: Messages } {
  const { config, log, accessLog, verifier, limits, upstreams, forwarding, isStopping } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const messages = messagesOf(app);

  app.use(
    inOrder([
      beginEach({ trustedProxies: config.trustedProxies }),
      accessLog.step,
      refuseUnsafeAddresses,
      ...crossOriginAccess(config.corsOrigins),
      answerSystemRoutes({ version: config.version, isStopping, serviceStates: upstreams.states }),
      answerDocs({ version: config.version }),
      checkToken({ verifier, isSpent: limits.isSpent }),
      ...limits.steps,
      answerStatusRoutes({
        upstreams,
        accessTokens: parts.confirmedTokens,
        simulateFailure: parts.simulateFailure,
        log,
      }),
      forwarding.step,
    ]),
  );
  app.use(answerProblems(log));
  return { listener: app, messages };
}
