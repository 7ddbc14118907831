import { z } from 'zod';
import { id, queryInteger } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** How many changes one answer carries at most. */
export const maximumAccessChanges = 1_000;

/**
 * Access that was taken away or changed: of a user, whose tokens with an older version no longer hold, or of a session.
 * `atMs` is when, in Unix milliseconds.
 */
export const accessChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), id, version: z.int(), atMs: z.int() }),
  z.object({ kind: z.literal('session'), id, atMs: z.int() }),
]);

export type AccessChange = z.infer<typeof accessChange>;

export const accessChanges = z.object({
  position: z.int().describe('How far the changes were read'),
  /** Access tokens with an older `rv` no longer hold. */
  rolesVersion: z.int(),
  changes: z.array(accessChange).max(maximumAccessChanges),
});

export type AccessChanges = z.infer<typeof accessChanges>;

export const readAccessChangesRoute = defineRoute({
  id: 'readAccessChanges',
  service: 'auth-service',
  method: 'get',
  path: '/internal/access-changes',
  access: 'service',
  summary: 'Changed access after a position; without one, all that a token may still be older than',
  query: z.strictObject({ after: queryInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }).optional() }),
  answer: { status: 200, description: 'The changes, oldest first', schema: accessChanges },
});

/** Whom to write to about something that an account asked for. */
export const accountContact = z.object({
  id,
  email: z.string(),
  name: z.string(),
  emailVerified: z.boolean().optional().describe('Not told by instances of an older release'),
});
export type AccountContact = z.infer<typeof accountContact>;

export const readAccountContactRoute = defineRoute({
  id: 'readAccountContact',
  service: 'auth-service',
  method: 'get',
  path: '/internal/users/:id',
  access: 'service',
  summary: 'The address and name of an account that may sign in',
  answer: { status: 200, description: 'The account', schema: accountContact },
  problems: ['user_not_found'],
});

/** What a mail with a secret is made of, asked for at the moment it is sent. Nobody keeps it. */
export const mailSecret = z.object({ token: z.string(), email: z.string(), name: z.string() });
export type MailSecret = z.infer<typeof mailSecret>;

const secretAnswer = {
  status: 200,
  description: 'The secret, good for 30 minutes from now',
  schema: mailSecret,
} as const;

export const makePasswordResetTokenRoute = defineRoute({
  id: 'makePasswordResetToken',
  service: 'auth-service',
  method: 'post',
  path: '/internal/password-resets/:id/token',
  access: 'service',
  summary: 'The token that a mail about a forgotten password carries',
  answer: secretAnswer,
  problems: ['mail_request_not_found'],
});

export const makeEmailVerificationTokenRoute = defineRoute({
  id: 'makeEmailVerificationToken',
  service: 'auth-service',
  method: 'post',
  path: '/internal/email-verifications/:id/token',
  access: 'service',
  summary: 'The token that a mail which confirms an address carries',
  answer: secretAnswer,
  problems: ['mail_request_not_found'],
});
