import type { Permission } from '@jetbridge/contracts/identity/permissions.ts';

/** Who makes a request, by their access token. */
export type Caller = {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<string>;
};

export function holds(caller: Caller | undefined, permission: Permission): boolean {
  return caller?.permissions.has(permission) ?? false;
}
