import type { RememberingTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { bearerTokenOf } from '@jetbridge/service-kit/auth/bearer-token.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { NextFunction, RequestHandler } from 'express';
import { type Exchange, exchangeOf } from '../exchange.ts';

type Options = {
  readonly verifier: RememberingTokenVerifier;
  /** Whether a client address has used up its budget. */
  readonly isSpent: (clientAddress: string) => Promise<boolean>;
};

/**
 * Finds out who a request speaks for. It refuses nothing yet: a bad token still counts on the budget of its address, and
 * an address that has used up its budget does not get another token verified, which costs more than all other steps.
 */
export function checkToken(options: Options): RequestHandler {
  return (req, _res, next) => {
    const exchange = exchangeOf(req);
    const { authorization } = req.headers;
    if (authorization === undefined) return next();
    const token = tokenIn(authorization, exchange);
    if (token !== undefined) exchange.caller = options.verifier.recall(token);
    if (token !== undefined && !exchange.caller) return checkNewToken(token, exchange, options, next);
    next();
  };
}

/** Refuses a request whose token did not pass. */
export const refuseBadToken: RequestHandler = (req, _res, next) => {
  next(exchangeOf(req).tokenProblem);
};

function tokenIn(authorization: string, exchange: Exchange): string | undefined {
  try {
    return bearerTokenOf(authorization);
  } catch (error) {
    noteProblem(error, exchange);
    return undefined;
  }
}

async function checkNewToken(token: string, exchange: Exchange, options: Options, next: NextFunction): Promise<void> {
  try {
    const isSpent = await options.isSpent(exchange.clientAddress);
    // Otherwise it stays a request of its address, which the next step refuses.
    if (!isSpent) exchange.caller = await options.verifier.verify(token);
  } catch (error) {
    noteProblem(error, exchange);
  }
  next();
}

/** Without keys nobody is signed in as far as we know; the service decides, which has its own way to the keys. */
function noteProblem(error: unknown, exchange: Exchange): void {
  if (!(error instanceof HttpProblem)) throw error;
  if (error.status === 401) exchange.tokenProblem = error;
}
