/** Looks in a row that must fail before an instance counts as down, and succeed before it counts as up again. */
export const fallAfter = 2;
const riseAfter = 2;

/** What looks at an instance have found. */
export type Health = {
  isUp: boolean;
  /** Looks in a row that contradict `isUp`. */
  contradictions: number;
  /** When it was last looked at, by the clock; undefined before the first time. */
  lookedAtMs: number | undefined;
  /** How long that look took. */
  latencyMs: number;
};

export function createHealth(isUp: boolean): Health {
  return { isUp, contradictions: 0, lookedAtMs: undefined, latencyMs: 0 };
}

/** Writes down what a look found. The first one decides at once, later ones need to agree. Tells what has changed. */
export function noteLook(
  health: Health,
  look: { isWell: boolean; latencyMs: number; nowMs: number },
): 'rose' | 'fell' | 'unchanged' {
  const isFirst = health.lookedAtMs === undefined;
  health.lookedAtMs = look.nowMs;
  health.latencyMs = look.latencyMs;
  if (look.isWell === health.isUp) {
    health.contradictions = 0;
    return 'unchanged';
  }
  health.contradictions += 1;
  if (!isFirst && health.contradictions < (health.isUp ? fallAfter : riseAfter)) return 'unchanged';
  health.isUp = look.isWell;
  health.contradictions = 0;
  return health.isUp ? 'rose' : 'fell';
}

/** Nobody took a connection there: that is as good as all looks it would take. */
export function noteNobodyThere(health: Health): void {
  health.isUp = false;
  health.contradictions = 0;
}

/** It counts as up, but the last look says otherwise. */
export function isInDoubt({ isUp, contradictions }: Health): boolean {
  return isUp && contradictions > 0;
}
