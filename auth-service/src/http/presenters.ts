import type { PersonalData, Session } from '@jetbridge/contracts/identity/account-routes.ts';
import type { AuditEntry } from '@jetbridge/contracts/identity/audit.ts';
import type { SignedIn, User } from '@jetbridge/contracts/identity/routes.ts';
import type { Role } from '@jetbridge/contracts/identity/staff-routes.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Session as StoredSession } from '../db/session-models.ts';
import type { AuditRecord } from '../domain/audit-entry.ts';
import { isBuiltIn } from '../domain/roles.ts';
import type { RoleWithPermissions } from '../use-cases/change-roles.ts';
import type { OwnData } from '../use-cases/export-own-data.ts';
import type { SignedInUser } from '../use-cases/start-session.ts';

export function presentUser(user: SignedInUser['user'], roles: readonly string[]): User {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    status: user.status,
    emailVerified: user.emailVerifiedAtMs !== null,
    roles: [...roles],
    version: user.version,
    createdAt: toInstant(user.createdAtMs),
    updatedAt: toInstant(user.updatedAtMs),
  };
}

export function presentSignedIn(signedIn: SignedInUser): SignedIn {
  return {
    user: presentUser(signedIn.user, signedIn.roles),
    accessToken: signedIn.accessToken,
    refreshToken: signedIn.refreshToken,
    tokenType: 'Bearer',
    expiresIn: signedIn.accessTokenSeconds,
  };
}

export function presentAuditEntry(entry: AuditRecord): AuditEntry {
  return {
    id: entry.id,
    position: entry.position,
    at: toInstant(entry.atMs),
    service: entry.service,
    actor: entry.actor,
    action: entry.action,
    targetType: entry.targetType,
    target: entry.target,
    before: entry.before === null ? null : JSON.parse(entry.before),
    after: entry.after === null ? null : JSON.parse(entry.after),
    requestId: entry.requestId,
    address: entry.address.value,
    email: entry.email.value,
  };
}

export function presentRole({ role, permissions }: RoleWithPermissions): Role {
  const { name, description, version } = role;
  return { name, description, permissions: [...permissions], builtIn: isBuiltIn(name), version };
}

/** @param currentId the session that the request came by. */
export function presentSession(session: StoredSession, currentId: string): Session {
  return {
    id: session.id,
    current: session.id === currentId,
    userAgent: session.userAgent,
    address: session.address,
    createdAt: toInstant(session.createdAtMs),
    lastUsedAt: toInstant(session.lastUsedAtMs),
    expiresAt: toInstant(session.expiresAtMs),
  };
}

export function presentOwnData(data: OwnData, asked: { sessionId: string; nowMs: number }): PersonalData {
  const { emailVerifiedAtMs } = data.user;
  return {
    exportedAt: toInstant(asked.nowMs),
    account: {
      user: presentUser(data.user, data.roles),
      sessions: data.sessions.map((session) => presentSession(session, asked.sessionId)),
      emailVerifiedAt: emailVerifiedAtMs === null ? null : toInstant(emailVerifiedAtMs),
      activity: data.activity.map(presentAuditEntry),
    },
    ...data.elsewhere,
  };
}
