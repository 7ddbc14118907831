import { z } from 'zod';

/**
 * An event as it travels: CloudEvents 1.0 in structured JSON. `subject` is the id of the aggregate the event tells of;
 * `requestid` is the request that caused it, where there was one.
 */
export const eventEnvelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  requestid: z.string().optional(),
  data: z.unknown(),
});

export type EventEnvelope = z.infer<typeof eventEnvelope>;
