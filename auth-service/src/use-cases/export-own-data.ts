import type { AuthContext } from '../auth-context.ts';
import type { AskPersonalData } from '../clients/personal-data.ts';
import type { Session } from '../db/session-models.ts';
import { listSessions } from '../db/sessions.ts';
import type { User } from '../db/user-model.ts';
import type { AuditRecord } from '../domain/audit-entry.ts';
import { readOwnProfile } from './read-own-profile.ts';
import { recordDeed } from './record-deed.ts';

/** Entries of the audit log read at once. */
const pageSize = 200;

/** Everything that is held on a user. */
export type OwnData = {
  readonly user: User;
  readonly roles: readonly string[];
  readonly sessions: readonly Session[];
  readonly activity: readonly AuditRecord[];
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
  const activity = await readActivity(auth, userId);
  const elsewhere = await auth.askPersonalData(userId);
  const deed = { actor: userId, action: 'user.data_exported', target: { type: 'user', id: userId } } as const;
  await auth.database.write((tx) => recordDeed(auth, deed, tx));
  return { user, roles, sessions, activity, elsewhere };
}

async function readActivity({ audit }: AuthContext, actor: string): Promise<AuditRecord[]> {
  const entries: AuditRecord[] = [];
  for (;;) {
    const page = await audit.list({ actor }, { before: entries.at(-1)?.position, limit: pageSize });
    entries.push(...page);
    if (page.length < pageSize) return entries;
  }
}
