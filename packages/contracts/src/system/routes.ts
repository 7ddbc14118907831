import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

export const health = z.object({ status: z.literal('ok'), uptime: z.number(), version: z.string() });

/** Answered by every process for itself. */
export const healthRoute = defineRoute({
  id: 'readHealth',
  service: 'api-gateway',
  method: 'get',
  path: '/health',
  access: 'anyone',
  summary: 'This process lives',
  answer: { status: 200, description: 'It lives', schema: health },
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
  access: 'anyone',
  summary: 'Whether the gateway takes requests, and which services answer',
  answer: { status: 200, description: 'It takes requests', schema: readiness },
});
