import type { AuthContext } from '../auth-context.ts';
import type { AskPersonalData } from '../clients/personal-data.ts';
import type { Session } from '../db/session-models.ts';
import { listSessions } from '../db/sessions.ts';
import type { User } from '../db/user-model.ts';
import { readOwnProfile } from './read-own-profile.ts';
import { recordDeed } from './record-deed.ts';

/** Everything that is held on a user. */
export type OwnData = {
  readonly user: User;
  readonly roles: readonly string[];
  readonly sessions: readonly Session[];
  readonly elsewhere: Awaited<ReturnType<AskPersonalData>>;
};

/**
 * Everything that is held on the caller, over all services.
 * @throws AuthError `token_outdated`. @throws HttpProblem 503 when a service does not answer.
 */
export async function exportOwnData(
  auth: AuthContext & { readonly askPersonalData: AskPersonalData },
  userId: string,
): Promise<OwnData> {
  const { user, roles } = await readOwnProfile(auth, userId);
  const sessions = await listSessions(auth.models, { userId, nowMs: auth.clock.nowMs() });
  const elsewhere = await auth.askPersonalData(userId);
  const deed = { actor: userId, action: 'user.data_exported', target: { type: 'user', id: userId } } as const;
  await auth.database.write((tx) => recordDeed(auth, deed, tx));
  return { user, roles, sessions, elsewhere };
}
