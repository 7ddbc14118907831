import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { tokenInvalid } from '../http/problems.ts';

/** Services trust each other's calls for a minute at a time. */
const lifetimeSeconds = 60;

/** The `typ` header that keeps these from being taken for any other token, and others for these. */
const internalTokenType = 'internal+jwt';

/** Ours have some 250 characters; longer ones are refused unread. */
const maximumTokenLength = 1_024;

const callers = {
  'api-gateway': true,
  'auth-service': true,
  'flight-search-service': true,
  'booking-service': true,
  'reminder-service': true,
} as const satisfies Record<ServiceName, true>;

// The keys of a literal are its own and no others; a list of one at least is what the library asks for.
const issuers = Object.keys(callers) as [ServiceName, ...ServiceName[]];

const verifiedToken = z.object({
  header: z.object({ typ: z.literal(internalTokenType) }),
  payload: z.object({ exp: z.int() }),
});

/** Signs the calls of one service to others; a token is reused for half its life. */
export function createInternalTokens(options: { from: ServiceName; secret: string }) {
  const kept = new Map<ServiceName, { token: string; until: number }>();
  return {
    /** A token that `to` accepts now. */
    tokenFor(to: ServiceName): string {
      const now = Date.now();
      const last = kept.get(to);
      if (last && last.until > now) return last.token;
      const token = jwt.sign({}, options.secret, {
        algorithm: 'HS256',
        header: { alg: 'HS256', typ: internalTokenType },
        issuer: options.from,
        audience: to,
        expiresIn: lifetimeSeconds,
      });
      kept.set(to, { token, until: now + (lifetimeSeconds * 1_000) / 2 });
      return token;
    },
  };
}

export type InternalTokens = ReturnType<typeof createInternalTokens>;

/** Checks a call from another service. @throws HttpProblem 401. */
export function verifyInternalToken(token: string, options: { audience: ServiceName; secret: string }): void {
  if (token.length > maximumTokenLength) throw tokenInvalid();
  try {
    const verified = jwt.verify(token, options.secret, {
      algorithms: ['HS256'],
      issuer: issuers,
      audience: options.audience,
      clockTolerance: 5,
      complete: true,
    });
    verifiedToken.parse(verified);
  } catch {
    throw tokenInvalid();
  }
}
