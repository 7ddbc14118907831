import type { Permission } from '@jetbridge/contracts/identity/permissions.ts';

/** Who makes a request, by their access token. */
export type Caller = {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly string[];
  /** Asking may throw 503, when nobody can say whether they are held still. */
  readonly permissions: Pick<ReadonlySet<string>, 'has'>;
};

/** Somebody without an account, whose token of a look-up opens one resource for reading and nothing else. */
export type Guest = {
  /** The id of the resource. */
  readonly onlyFor: string;
};

export const isGuest = (one: Caller | Guest | undefined): one is Guest => one !== undefined && 'onlyFor' in one;

export function holds(caller: Caller | undefined, permission: Permission): boolean {
  return caller?.permissions.has(permission) ?? false;
}
