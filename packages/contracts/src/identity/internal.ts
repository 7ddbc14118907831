import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

/** What a mail with a secret is made of, asked for at the moment it is sent. Nobody keeps it. */
export const mailSecret = z.object({ token: z.string(), email: z.string(), name: z.string() });
export type MailSecret = z.infer<typeof mailSecret>;

const answer = { status: 200, description: 'The secret, good for 30 minutes from now', schema: mailSecret } as const;

export const makePasswordResetTokenRoute = defineRoute({
  id: 'makePasswordResetToken',
  service: 'auth-service',
  method: 'post',
  path: '/internal/password-resets/:id/token',
  access: 'service',
  summary: 'The token that a mail about a forgotten password carries',
  answer,
  problems: ['mail_request_not_found'],
});

export const makeEmailVerificationTokenRoute = defineRoute({
  id: 'makeEmailVerificationToken',
  service: 'auth-service',
  method: 'post',
  path: '/internal/email-verifications/:id/token',
  access: 'service',
  summary: 'The token that a mail which confirms an address carries',
  answer,
  problems: ['mail_request_not_found'],
});
