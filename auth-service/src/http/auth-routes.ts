import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import { loginRoute, logoutRoute, refreshRoute, registerRoute } from '@jetbridge/contracts/identity/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { AuthContext } from '../auth-context.ts';
import { logIn } from '../use-cases/log-in.ts';
import { logOut } from '../use-cases/log-out.ts';
import { refreshSession } from '../use-cases/refresh-session.ts';
import { register } from '../use-cases/register.ts';
import { clientFacts } from './client-facts.ts';
import { presentSignedIn } from './presenters.ts';

/** Answers that carry tokens stay out of every cache (RFC 6749, section 5.1). */
const headers = { 'Cache-Control': 'no-store' } as const;

/** Signing up, in and out. */
export function authRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(registerRoute, async ({ body, header }) => {
      const signedIn = await register(auth, { ...body, client: clientFacts(header) });
      return { body: presentSignedIn(signedIn), headers };
    }),
    bindRoute(loginRoute, async ({ body, header }) => {
      // What is no address belongs to nobody: the answer is the same as for an address without an account.
      const email = emailAddress.safeParse(body.email).data;
      const signedIn = await logIn(auth, { email, password: body.password, client: clientFacts(header) });
      return { body: presentSignedIn(signedIn), headers };
    }),
    bindRoute(refreshRoute, async ({ body, header }) => {
      const signedIn = await refreshSession(auth, { ...body, client: clientFacts(header) });
      return { body: presentSignedIn(signedIn), headers };
    }),
    bindRoute(logoutRoute, async ({ body }) => {
      await logOut(auth, body.refreshToken);
      return { body: undefined };
    }),
  ];
}
