import { readOwnProfileRoute } from '@jetbridge/contracts/identity/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { AuthContext } from '../auth-context.ts';
import { readOwnProfile } from '../use-cases/read-own-profile.ts';
import { presentUser } from './presenters.ts';

/** A user's own account. */
export function userRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(readOwnProfileRoute, async ({ caller }) => {
      const { user, roles } = await readOwnProfile(auth, caller.userId);
      return { body: presentUser(user, roles), version: user.version };
    }),
  ];
}
