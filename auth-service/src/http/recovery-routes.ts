import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import {
  makeEmailVerificationTokenRoute,
  makePasswordResetTokenRoute,
} from '@jetbridge/contracts/identity/internal.ts';
import {
  forgotPasswordRoute,
  resetPasswordRoute,
  verifyEmailRoute,
} from '@jetbridge/contracts/identity/recovery-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { AuthContext } from '../auth-context.ts';
import { forgetPassword } from '../use-cases/forget-password.ts';
import { makeMailToken } from '../use-cases/make-mail-token.ts';
import { resetPassword } from '../use-cases/reset-password.ts';
import { verifyEmail } from '../use-cases/verify-email.ts';
import { clientFacts } from './client-facts.ts';

/** Ways back into an account, by mail. */
export function recoveryRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(forgotPasswordRoute, async ({ body, requestId }) => {
      // What is no address belongs to nobody: the answer is the same as for an address without an account.
      const email = emailAddress.safeParse(body.email).data;
      if (email !== undefined) await forgetPassword(auth, { email, requestId });
      return { body: undefined };
    }),
    bindRoute(resetPasswordRoute, async ({ body, header }) => {
      await resetPassword(auth, { ...body, client: clientFacts(header) });
      return { body: undefined };
    }),
    bindRoute(verifyEmailRoute, async ({ body }) => {
      await verifyEmail(auth, body.token);
      return { body: undefined };
    }),
    bindRoute(makePasswordResetTokenRoute, async ({ params }) => ({
      body: await makeMailToken(auth, { id: params.id ?? '', purpose: 'password_reset' }),
    })),
    bindRoute(makeEmailVerificationTokenRoute, async ({ params }) => ({
      body: await makeMailToken(auth, { id: params.id ?? '', purpose: 'email_verification' }),
    })),
  ];
}
