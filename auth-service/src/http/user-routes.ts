import {
  changeOwnPasswordRoute,
  changeOwnProfileRoute,
  deleteOwnAccountRoute,
  endOwnSessionRoute,
  exportOwnDataRoute,
  listOwnSessionsRoute,
  readOwnProfileRoute,
  requestEmailVerificationRoute,
} from '@jetbridge/contracts/identity/account-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { readIfMatch } from '@jetbridge/service-kit/http/entity-tags.ts';
import type { AuthContext } from '../auth-context.ts';
import type { AskPersonalData } from '../clients/personal-data.ts';
import { changePassword } from '../use-cases/change-password.ts';
import { changeProfile } from '../use-cases/change-profile.ts';
import { deleteOwnAccount } from '../use-cases/delete-user.ts';
import { exportOwnData } from '../use-cases/export-own-data.ts';
import { endOwnSession, listOwnSessions } from '../use-cases/own-sessions.ts';
import { readOwnProfile } from '../use-cases/read-own-profile.ts';
import { resendVerification } from '../use-cases/resend-verification.ts';
import { clientFacts } from './client-facts.ts';
import { presentOwnData, presentSession, presentUser } from './presenters.ts';

/** A user's own account and sessions. */
export function userRoutes(auth: AuthContext & { readonly askPersonalData: AskPersonalData }): readonly BoundRoute[] {
  return [
    bindRoute(readOwnProfileRoute, async ({ caller }) => {
      const { user, roles } = await readOwnProfile(auth, caller.userId);
      return { body: presentUser(user, roles), version: user.version };
    }),
    bindRoute(changeOwnProfileRoute, async ({ caller, body, header }) => {
      const { name, email, currentPassword } = body;
      const version = readIfMatch(header('if-match'));
      const change = { userId: caller.userId, name, email, currentPassword, version, client: clientFacts(header) };
      const { user, roles } = await changeProfile(auth, change);
      return { body: presentUser(user, roles), version: user.version };
    }),
    bindRoute(changeOwnPasswordRoute, async ({ caller, body, header }) => {
      const { userId, sessionId } = caller;
      await changePassword(auth, { userId, sessionId, ...body, client: clientFacts(header) });
      return { body: undefined };
    }),
    bindRoute(requestEmailVerificationRoute, async ({ caller }) => {
      await resendVerification(auth, caller.userId);
      return { body: undefined };
    }),
    bindRoute(deleteOwnAccountRoute, async ({ caller }) => {
      await deleteOwnAccount(auth, caller.userId);
      return { body: undefined };
    }),
    bindRoute(listOwnSessionsRoute, async ({ caller, query }) => {
      const { userId, sessionId } = caller;
      const { data, nextCursor } = await listOwnSessions(auth, { userId, ...query });
      return { body: { data: data.map((session) => presentSession(session, sessionId)), nextCursor } };
    }),
    bindRoute(exportOwnDataRoute, async ({ caller }) => {
      const data = await exportOwnData(auth, caller.userId);
      return { body: presentOwnData(data, { sessionId: caller.sessionId, nowMs: auth.clock.nowMs() }) };
    }),
    bindRoute(endOwnSessionRoute, async ({ caller, params }) => {
      await endOwnSession(auth, { userId: caller.userId, sessionId: params.id ?? '' });
      return { body: undefined };
    }),
  ];
}
