import { readAccessChangesRoute } from '@jetbridge/contracts/identity/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { AuthContext } from '../auth-context.ts';
import { readAccessChanges } from '../db/access-changes.ts';

/** What other services ask. */
export function internalRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(readAccessChangesRoute, async ({ query: { after } }) => ({
      body: await readAccessChanges(auth, { after, nowMs: auth.clock.nowMs() }),
    })),
  ];
}
