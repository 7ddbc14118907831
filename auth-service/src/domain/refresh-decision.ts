/** What is known of a presented refresh token when it is decided about. Instants are Unix milliseconds. */
export type RefreshFacts = {
  readonly session: {
    readonly expiresAtMs: number;
    readonly endedAtMs: number | null;
    readonly endReason: SessionEndReason | null;
  };
  readonly userIsActive: boolean;
  readonly token: { readonly usedAtMs: number | null };
  /** The token that replaced it; nothing while it has not been used. */
  readonly successor: { readonly usedAtMs: number | null } | undefined;
  readonly nowMs: number;
};

/** Why a session is over before its time. */
export type SessionEndReason =
  | 'signed_out'
  | 'revoked'
  | 'refresh_token_reused'
  | 'password_changed'
  | 'user_disabled'
  | 'user_deleted';

/**
 * - `rotate`: the token is used up now, and replaced.
 * - `repeat`: the answer of a moment ago once more, with the same successor.
 * - `reused`: somebody holds a copy; the whole session has to end.
 * - `invalid`: the session is over.
 */
export type RefreshDecision = 'rotate' | 'repeat' | 'reused' | 'invalid';

/** How long a used token still gets its successor, so that two tabs that refresh at once both stay signed in. */
export const refreshGraceMs = 10_000;

/** Decides about a refresh token (RFC 9700, section 4.14.2: rotation with detection of reuse). */
export function decideRefresh({ session, userIsActive, token, successor, nowMs }: RefreshFacts): RefreshDecision {
  if (session.endReason === 'refresh_token_reused') return 'reused';
  if (session.endedAtMs !== null || nowMs >= session.expiresAtMs || !userIsActive) return 'invalid';
  if (token.usedAtMs === null) return 'rotate';
  // Only the immediate predecessor: once the successor was used too, its holder has moved on and this one is a copy.
  const isImmediatePredecessor = successor?.usedAtMs === null;
  return isImmediatePredecessor && nowMs - token.usedAtMs <= refreshGraceMs ? 'repeat' : 'reused';
}
