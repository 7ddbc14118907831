import type { ServerResponse } from 'node:http';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { securityHeaders } from './security-headers.ts';

/**
 * The headers that the gateway gives every answer, names and values by turns, as `writeHead` takes them. Setting twenty
 * headers one by one costs more than all steps together that know their values.
 */
export function ownHeadersOf({ requestId, budget }: Pick<Exchange, 'requestId' | 'budget'>): string[] {
  const headers = [...securityHeaders, 'X-Request-ID', requestId];
  if (budget) headers.push('RateLimit', budget.state, 'RateLimit-Policy', budget.policy);
  if (budget?.retryAfter) headers.push('Retry-After', budget.retryAfter);
  return headers;
}

const ownNames = new Set(
  [
    ...securityHeaders.filter((_, place) => place % 2 === 0),
    ...['X-Request-ID', 'RateLimit', 'RateLimit-Policy', 'Retry-After'],
  ].map((name) => name.toLowerCase()),
);

/** @param name in small letters. */
export const isOwnHeader = (name: string): boolean => ownNames.has(name);

/** For what the gateway answers itself, before anything else is said. */
export function putOwnHeaders(res: ServerResponse): void {
  const headers = ownHeadersOf(exchangeOf(res.req));
  for (let place = 0; place < headers.length; place += 2) {
    res.setHeader(headers[place] ?? '', headers[place + 1] ?? '');
  }
}
