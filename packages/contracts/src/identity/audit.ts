import { z } from 'zod';
import { id, instant, page, pageQuery, queryText } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** What was of a thing before or after an action; never a secret, and ids instead of what is known of people. */
const facts = z.record(z.string(), z.unknown()).nullable();

/** Something that somebody did, by ids. */
const deed = {
  id,
  at: instant,
  service: z.string().describe('Where it was done'),
  actor: id.nullable().describe('The user who did it; null where nobody was signed in, or an operator did'),
  action: z
    .string()
    .max(64)
    .regex(/^[a-z_]+\.[a-z_]+$/),
  targetType: z.string().max(32).nullable(),
  target: z.string().max(100).nullable().describe('The id of what it was done to'),
  before: facts,
  after: facts,
  requestId: z.string().nullable(),
  address: z.string().nullable().describe('Where the request came from; null also where it was erased'),
} as const;

/** What a service tells of a deed; the audit log keeps it. `version` is always 1: a deed does not change. */
export const auditData = z.object({ ...deed, version: z.literal(1) });

export type AuditData = z.infer<typeof auditData>;

export const auditEntry = z
  .object({
    ...deed,
    position: z.int().describe('Its place in the log, without gaps'),
    email: z.string().nullable().describe('The address of a sign-in; null also where it was erased'),
  })
  .meta({ id: 'AuditEntry' });

export type AuditEntry = z.infer<typeof auditEntry>;

export const readAuditLogRoute = defineRoute({
  id: 'readAuditLog',
  service: 'auth-service',
  method: 'get',
  path: '/audit-log',
  access: { permission: 'audit:read' },
  summary: 'Who did what to what, when and from where; the newest first',
  query: z.strictObject({
    actor: queryText(200).optional().describe('The id of a user'),
    action: queryText(64).optional().describe('Such as `user.roles_changed`'),
    target: queryText(200).optional().describe('The id of what was changed; of a role, its name'),
    from: instant.optional().describe('Not before this instant'),
    to: instant.optional().describe('Before this instant'),
    ...pageQuery,
  }),
  answer: { status: 200, description: 'A page of the log', schema: page(auditEntry) },
});
