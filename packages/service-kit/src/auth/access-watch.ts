import type { AccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { maximumAccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';

/** What of an access token can become outdated. `issuedAtMs` is in Unix milliseconds. */
export type TokenVersions = {
  readonly userId: string;
  readonly sessionId: string;
  readonly userVersion: number;
  readonly rolesVersion: number;
  readonly issuedAtMs: number;
};

/** Knows of access that was taken away before its tokens end by themselves. */
export type AccessWatch = {
  /** Whether the user, a role or the session has changed since the token was made. */
  readonly isOutdated: (token: TokenVersions) => boolean;
  /** Whether auth-service has not been heard for so long that nobody can say who is still staff. */
  readonly isBlind: () => boolean;
};

/** With a question that takes 2 s at most, a change is known everywhere within 5 s. */
const askEveryMs = 2_000;

/** Until auth-service was heard for the first time staff are refused: when all starts at once, that must not take seconds. */
const askFirstEveryMs = 100;

/** Without news for so long, permissions are not believed any more. */
const blindAfterMs = 30_000;

/** A minute more than access tokens last; what changed before concerns none that is still good. */
const rememberedMs = 16 * 60_000;

/** The most changes kept, about 20 MB of them. When more happen, older tokens are all refused rather than any forgotten. */
const maximumKept = 100_000;

export type AccessWatchOptions = {
  /** Asks auth-service what has changed after a position, or without one in the last 16 minutes. */
  readonly read: (after: number | undefined) => Promise<AccessChanges>;
  readonly log: Logger;
  /** How many changes to keep in memory at most. */
  readonly maximum?: number;
  /** The steps of a clock that only goes forward, in milliseconds. */
  readonly monotonicMs?: () => number;
};

/** What a watch remembers. `runOnce` asks once; loops call it, and so do tests. */
export function createAccessWatch(options: AccessWatchOptions) {
  const { read, log, maximum = maximumKept, monotonicMs = () => performance.now() } = options;
  /** By the id of a user or session, the oldest first. A session that ended has no version that would be new enough. */
  const changes = new Map<string, { readonly version: number; readonly atMs: number; readonly forgetAtMs: number }>();
  let position: number | undefined;
  let rolesVersion = 0;
  let forgottenUntilMs = Number.NEGATIVE_INFINITY;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  let isSilent = false;

  const hasHeard = () => heardAtMs !== Number.NEGATIVE_INFINITY;
  const isBlind = () => monotonicMs() - heardAtMs > blindAfterMs;

  function remember(id: string, version: number, atMs: number): void {
    const known = changes.get(id);
    if (known && known.version > version) return;
    changes.delete(id);
    changes.set(id, { version, atMs, forgetAtMs: monotonicMs() + rememberedMs });
  }

  function forget(): void {
    const nowMs = monotonicMs();
    for (const [id, { atMs, forgetAtMs }] of changes) {
      if (forgetAtMs > nowMs && changes.size <= maximum) return;
      if (forgetAtMs > nowMs) forgottenUntilMs = Math.max(forgottenUntilMs, atMs);
      changes.delete(id);
    }
  }

  /** Returns how many changes came when more are waiting, else 0. */
  async function runOnce(): Promise<number> {
    const askedAtMs = monotonicMs();
    try {
      const answer = await read(position);
      for (const change of answer.changes) {
        remember(change.id, change.kind === 'user' ? change.version : Number.POSITIVE_INFINITY, change.atMs);
      }
      forget();
      ({ position, rolesVersion } = answer);
      heardAtMs = askedAtMs;
      if (isSilent) log.info({}, 'auth-service is heard again');
      isSilent = false;
      return answer.changes.length === maximumAccessChanges ? maximumAccessChanges : 0;
    } catch (error) {
      // Not thrown: a loop rests longer and longer after failures, and this one has to know soon.
      if (isBlind() && !isSilent && hasHeard()) {
        isSilent = true;
        log.error({ error }, 'auth-service has been silent for 30 s: who has permissions cannot be told');
      }
      return 0;
    }
  }

  return {
    runOnce,
    isBlind,
    /** Whether auth-service has answered at all since the start. */
    hasHeard,
    isOutdated: (token: TokenVersions): boolean =>
      token.rolesVersion < rolesVersion ||
      token.issuedAtMs <= forgottenUntilMs ||
      token.userVersion < (changes.get(token.userId)?.version ?? 0) ||
      changes.has(token.sessionId),
  };
}

/** Follows the changes of access in the background, having asked once. */
export async function followAccessChanges(options: AccessWatchOptions): Promise<AccessWatch & Stoppable> {
  const watch = createAccessWatch(options);
  await watch.runOnce();
  const loop = startLoop({
    name: 'access-changes',
    runOnce: watch.runOnce,
    idleMs: () => (watch.hasHeard() ? askEveryMs : askFirstEveryMs),
    log: options.log,
  });
  return { isOutdated: watch.isOutdated, isBlind: watch.isBlind, stop: loop.stop };
}
