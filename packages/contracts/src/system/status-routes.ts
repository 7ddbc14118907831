import { z } from 'zod';
import { instant } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** The services behind the gateway. */
export const backendService = z.enum(['auth-service', 'flight-search-service', 'booking-service', 'reminder-service']);

export const instanceStatus = z
  .object({
    state: z.enum(['up', 'down', 'open']).meta({ description: '`open`: it did not answer, and rests' }),
    lastCheckAt: instant.nullable(),
    latencyMs: z.int().meta({ description: 'How long the last check took' }),
    inFlight: z.int().meta({ description: 'Requests it works on' }),
    address: z.string().optional().meta({ description: 'Only for those who may read reports' }),
  })
  .meta({ id: 'InstanceStatus' });

export const systemStatus = z.object({
  status: z.enum(['ok', 'degraded']),
  services: z.record(
    backendService,
    z.object({
      status: z.enum(['up', 'down']),
      simulatedFailure: z.boolean(),
      instances: z.array(instanceStatus),
    }),
  ),
});
export type SystemStatus = z.infer<typeof systemStatus>;

export const readStatusRoute = defineRoute({
  id: 'readStatus',
  service: 'api-gateway',
  method: 'get',
  path: '/status',
  access: 'anyone',
  summary: 'Every service with its instances, as this process of the gateway sees them',
  answer: { status: 200, description: 'The present state', schema: systemStatus },
});

/** Long enough to look around, short enough that nobody forgets it. */
export const longestSimulatedFailureSeconds = 600;

export const simulateFailureRoute = defineRoute({
  id: 'simulateFailure',
  service: 'api-gateway',
  method: 'post',
  path: '/status/simulate-failure',
  access: 'signed_in',
  summary: 'Have one service fail for a while, to see what clients make of it (administrators, not in production)',
  body: z.strictObject({
    service: backendService,
    seconds: z.int().min(1).max(longestSimulatedFailureSeconds),
  }),
  answer: {
    status: 200,
    description: 'It fails from now on',
    schema: z.object({ service: backendService, endsAt: instant }),
  },
  problems: ['permission_missing'],
});
