import cors from 'cors';
import type { RequestHandler } from 'express';
import { putOwnHeaders } from './own-headers.ts';

/** How long a browser may remember what it was allowed. */
const rememberedSeconds = 600;

/** Lets web pages of the given origins call the API from a browser; without any, no page of another origin may. */
export function crossOriginAccess(origins: readonly string[]): RequestHandler[] {
  if (origins.length === 0) return [];
  const allow = cors({
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
  });
  return [
    (req, res, next) => {
      // It answers the question of a browser whether it may ask.
      if (req.method === 'OPTIONS') putOwnHeaders(res);
      allow(req, res, next);
    },
  ];
}
