import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What browsers are told to forbid. The API serves data only: nothing in its answers may be run, framed or loaded. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
}

/** How long a browser may remember what it was allowed. */
const rememberedSeconds = 600;

/** Lets web pages of the given origins call the API from a browser; without any, no page of another origin may. */
export function crossOriginAccess(origins: readonly string[]): RequestHandler[] {
  if (origins.length === 0) return [];
  return [
    cors({
      origin: origins.includes('*') ? '*' : [...origins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
        'X-Request-ID',
        'traceparent',
      ],
      exposedHeaders: ['ETag', 'Idempotent-Replayed', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-ID'],
      maxAge: rememberedSeconds,
    }),
  ];
}
