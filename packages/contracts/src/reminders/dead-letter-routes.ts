import { z } from 'zod';
import { id, instant, page, pageQuery } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

const service = 'reminder-service';

export const deadLetter = z
  .object({
    id,
    eventId: z.string(),
    type: z.string().describe('The type of the event, as far as it could be read'),
    error: z.string().describe('What its last try ended with'),
    diedAt: instant,
    replayRequestedAt: instant.nullable().describe('When another try was asked for that has not been made yet'),
    event: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('The event without secrets; null where it is no JSON object, or very long'),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof deadLetter>;

export const listDeadLettersRoute = defineRoute({
  id: 'listDeadLetters',
  service,
  method: 'get',
  path: '/dead-letters',
  access: { permission: 'reminders:read' },
  summary: 'Events about which no mail could be planned, because reminder-service could not handle them',
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: 'Dead letters, the newest first', schema: page(deadLetter) },
});

export const replayDeadLetterRoute = defineRoute({
  id: 'replayDeadLetter',
  service,
  method: 'post',
  path: '/dead-letters/:id/replay',
  access: { permission: 'reminders:write' },
  summary: 'Have an event tried again, after its cause was repaired',
  answer: { status: 202, description: 'It is tried again within seconds', schema: deadLetter },
  problems: ['dead_letter_not_found'],
});

export const dropDeadLetterRoute = defineRoute({
  id: 'dropDeadLetter',
  service,
  method: 'delete',
  path: '/dead-letters/:id',
  access: { permission: 'reminders:write' },
  summary: 'Give an event up for good',
  answer: { status: 204, description: 'It is gone' },
  problems: ['dead_letter_not_found'],
});
