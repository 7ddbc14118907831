import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

export const health = z.object({ status: z.literal('ok'), uptime: z.number(), version: z.string() });

/** Answered by every process for itself. */
export const healthRoute = defineRoute({
  id: 'readHealth',
  service: 'api-gateway',
  method: 'get',
  path: '/health',
  atRoot: true,
  access: 'anyone',
  summary: 'This process lives',
  answer: { status: 200, description: 'It lives', schema: health },
  problems: ['invalid_request'],
});

export const readiness = z.object({
  status: z.enum(['ok', 'degraded']),
  services: z.record(z.string(), z.object({ status: z.enum(['up', 'down']), latencyMs: z.number() })),
});

export const readinessRoute = defineRoute({
  id: 'readReadiness',
  service: 'api-gateway',
  method: 'get',
  path: '/ready',
  atRoot: true,
  access: 'anyone',
  summary: 'Whether the gateway takes requests, and which services answer',
  answer: { status: 200, description: 'It takes requests', schema: readiness },
  problems: ['invalid_request', 'not_ready'],
});

export const apiDocument = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.looseObject({}),
});

export const apiDocumentRoute = defineRoute({
  id: 'readApiDocument',
  service: 'api-gateway',
  method: 'get',
  path: '/openapi.json',
  atRoot: true,
  access: 'anyone',
  summary: 'This document',
  answer: { status: 200, description: 'OpenAPI 3.1 of the whole API', schema: apiDocument, tagged: true },
  problems: ['invalid_request'],
});

export const documentationRoute = defineRoute({
  id: 'readDocumentation',
  service: 'api-gateway',
  method: 'get',
  path: '/docs',
  atRoot: true,
  access: 'anyone',
  summary: 'This document as a page to read and to try; it needs no internet',
  answer: { status: 200, description: 'The page', mediaType: 'text/html', tagged: true },
});
