import { z } from 'zod';
import type { ZodOpenApiHeaderObject, ZodOpenApiHeadersObject } from 'zod-openapi';
import type { Route } from '../http/route.ts';

/** Headers of answers, by the name of their component. */
export const headerComponents = {
  RequestId: {
    description: 'The id of the request: yours, or a made one. Every log line of every service carries it.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  EntityTag: {
    description: 'Names this version of the resource, for `If-None-Match` and `If-Match`.',
    required: true,
    schema: { type: 'string', examples: ['"3"'] },
  },
  SaveAs: {
    description: 'Under which name to save the file (RFC 6266).',
    required: true,
    schema: { type: 'string', examples: ['attachment; filename="ticket-K7QX2M.pdf"'] },
  },
  RateLimit: {
    description: 'What is left of the budget, and in how many seconds it is renewed (IETF draft 8).',
    schema: { type: 'string', examples: ['"address"; r=97; t=41'] },
  },
  RateLimitPolicy: {
    description: 'The budget and its window in seconds (IETF draft 8).',
    schema: { type: 'string', examples: ['"address"; q=100; w=60; pk=:MTI3LjAuMC4x:'] },
  },
  RetryAfter: {
    description: 'In how many seconds to try again.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$', examples: ['2'] },
  },
  Authenticate: {
    description: 'How to sign in: with a bearer token.',
    required: true,
    schema: { type: 'string', examples: ['Bearer'] },
  },
} as const satisfies Record<string, ZodOpenApiHeaderObject>;

const reference = (name: keyof typeof headerComponents) => ({ $ref: `#/components/headers/${name}` }) as const;

/**
 * Whether requests count on a budget and tokens are looked at: everywhere but at what the gateway answers itself at its
 * root, which are its health and the documentation.
 */
export const isCounted = ({ service, atRoot }: Pick<Route, 'service' | 'atRoot'>) =>
  service !== 'api-gateway' || !atRoot;

/** The headers that an answer with this status has on every route like this one. */
export function answerHeaders(route: Pick<Route, 'service' | 'atRoot'>, status: number): ZodOpenApiHeadersObject {
  return {
    'X-Request-ID': reference('RequestId'),
    ...(status === 401 ? { 'WWW-Authenticate': reference('Authenticate') } : {}),
    ...([429, 502, 503, 504].includes(status) ? { 'Retry-After': reference('RetryAfter') } : {}),
    ...(isCounted(route)
      ? { RateLimit: reference('RateLimit'), 'RateLimit-Policy': reference('RateLimitPolicy') }
      : {}),
  };
}

/** The headers of a success, or of 304. */
export function successHeaders(route: Route, status: number): ZodOpenApiHeadersObject {
  return {
    ...answerHeaders(route, status),
    ...(isTagged(route) ? { ETag: reference('EntityTag') } : {}),
    ...(route.answer.download && status === 200 ? { 'Content-Disposition': reference('SaveAs') } : {}),
  };
}

/** Whether the answer has an `ETag`: what it says, or one resource with a version. */
export function isTagged({ answer: { schema, tagged } }: Route): boolean {
  return tagged ?? (schema instanceof z.ZodObject && 'version' in schema.shape && 'id' in schema.shape);
}
