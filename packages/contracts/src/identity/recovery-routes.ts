import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { newPassword } from './routes.ts';

const service = 'auth-service';

const mailedToken = z.string().max(200).describe('From the link in the mail; good once and for 30 minutes');

export const forgotPasswordRoute = defineRoute({
  id: 'forgotPassword',
  service,
  method: 'post',
  path: '/auth/password/forgot',
  access: 'anyone',
  summary: 'Have a link mailed that sets a new password',
  body: z.strictObject({ email: z.string().max(1_000) }),
  answer: { status: 202, description: 'If there is an account with this address, a mail is on its way' },
});

export const resetPasswordRoute = defineRoute({
  id: 'resetPassword',
  service,
  method: 'post',
  path: '/auth/password/reset',
  access: 'anyone',
  summary: 'Set a new password with the token of a mailed link',
  body: z.strictObject({ token: mailedToken, password: newPassword }),
  answer: { status: 204, description: 'Set; all sessions have ended' },
});

export const verifyEmailRoute = defineRoute({
  id: 'verifyEmail',
  service,
  method: 'post',
  path: '/auth/email/verify',
  access: 'anyone',
  summary: 'Confirm an e-mail address with the token of a mailed link',
  body: z.strictObject({ token: mailedToken }),
  answer: { status: 204, description: 'The address is confirmed' },
});
