import { readAccessChangesRoute, readAccountContactRoute } from '@jetbridge/contracts/identity/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { AuthContext } from '../auth-context.ts';
import { readAccessChanges } from '../db/access-changes.ts';

/** What other services ask: whose access has changed, and whom to write to. */
export function internalRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(readAccessChangesRoute, async ({ query: { after } }) => ({
      body: await readAccessChanges(auth, { after, nowMs: auth.clock.nowMs() }),
    })),
    bindRoute(readAccountContactRoute, async ({ params }) => {
      const user = await auth.models.User.findByPk(params.id ?? '');
      if (user?.status !== 'active') {
        throw new HttpProblem({ status: 404, code: 'user_not_found', detail: 'There is no such active account.' });
      }
      const { id, email, name, emailVerifiedAtMs } = user;
      return { body: { id, email, name, emailVerified: emailVerifiedAtMs !== null } };
    }),
  ];
}
