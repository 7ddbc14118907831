import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import jwt from 'jsonwebtoken';
import { tokenInvalid } from '../http/problems.ts';

/** Services trust each other's calls for a minute at a time. */
const lifetimeSeconds = 60;

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
  try {
    jwt.verify(token, options.secret, { algorithms: ['HS256'], audience: options.audience, clockTolerance: 5 });
  } catch {
    throw tokenInvalid();
  }
}
