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

/** As nearly all clients write it. */
const usualScheme = 'Bearer ';

/**
 * Finds out who a request speaks for, to count it on their account. It refuses nothing: only the service knows whether a
 * route needs a token, and signing in must work for someone whose old one has ended. A bad token counts on the budget of
 * its address, and an address that has used up its budget does not get another one verified, which costs more than all
 * other steps.
 */
export function checkToken(options: Options): RequestHandler {
  return (req, _res, next) => {
    const exchange = exchangeOf(req);
    const { authorization } = req.headers;
    if (authorization === undefined) return next();
    // What was found valid once needs no second look at its form.
    const usual = authorization.startsWith(usualScheme) ? authorization.slice(usualScheme.length) : undefined;
    exchange.caller = usual === undefined ? undefined : options.verifier.recall(usual);
    if (exchange.caller) return next();
    const token = tokenIn(authorization);
    if (token === undefined) return next();
    exchange.caller = options.verifier.recall(token);
    if (exchange.caller) return next();
    return checkNewToken(token, exchange, options, next);
  };
}

/** The token to look at; a header that holds none is the service's to refuse. */
function tokenIn(authorization: string): string | undefined {
  try {
    return bearerTokenOf(authorization);
  } catch (error) {
    if (error instanceof HttpProblem) return undefined;
    throw error;
  }
}

async function checkNewToken(token: string, exchange: Exchange, options: Options, next: NextFunction): Promise<void> {
  try {
    const isSpent = await options.isSpent(exchange.clientAddress);
    // Otherwise it stays a request of its address, which the next step refuses.
    if (!isSpent) exchange.caller = await options.verifier.verify(token);
  } catch (error) {
    // A bad token, or no keys to check it with: as far as we know nobody is signed in.
    if (!(error instanceof HttpProblem)) throw error;
  }
  next();
}
