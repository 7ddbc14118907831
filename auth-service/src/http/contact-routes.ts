import { readAccountContactRoute } from '@jetbridge/contracts/identity/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { AuthContext } from '../auth-context.ts';

/** For services that have something to say to the owner of an account. */
export function contactRoutes({ models }: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(readAccountContactRoute, async ({ params }) => {
      const user = await models.User.findByPk(params.id ?? '');
      if (user?.status !== 'active') {
        throw new HttpProblem({ status: 404, code: 'user_not_found', detail: 'There is no such active account.' });
      }
      const { id, email, name } = user;
      return { body: { id, email, name } };
    }),
  ];
}
