import { z } from 'zod';
import { id } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** Whom to write to about something that an account asked for. */
export const accountContact = z.object({ id, email: z.string(), name: z.string() });
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
