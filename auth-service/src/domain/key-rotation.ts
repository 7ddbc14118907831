/** What decides about a key. Instants are Unix milliseconds. */
type Key = {
  readonly id: string;
  readonly signs: boolean;
  readonly signsFromMs: number | null;
  readonly leavesAtMs: number | null;
};

/**
 * How long a key is published before it signs. Services ask for the keys again when a token names an unknown one, but at
 * most every 30 s, and caches may hold the published keys for 15 s: whoever asked a moment too early has asked again.
 */
export const publishedAheadMs = 60_000;

/** How soon every process of auth-service signs with the key that has taken over. */
export const lookForKeyEveryMs = 5_000;

/** Between the clocks of machines, and for a process that is slow to see the new key. */
const marginMs = 60_000;

/** What is due for the keys now. */
export type DueForKeys = {
  readonly handOver: { readonly from: string; readonly to: string; readonly leavesAtMs: number } | undefined;
  /** Keys whose last token has ended. */
  readonly gone: readonly string[];
};

/**
 * Which key takes over, and which ones leave.
 * @param tokenLifetimeMs how long a token is good for that was signed a moment before the key was replaced.
 */
export function dueForKeys(keys: readonly Key[], tokenLifetimeMs: number, nowMs: number): DueForKeys {
  const signing = keys.find(({ signs }) => signs);
  const ready = keys
    .filter((key) => !key.signs && key.leavesAtMs === null && key.signsFromMs !== null && key.signsFromMs <= nowMs)
    .toSorted((one, other) => (other.signsFromMs ?? 0) - (one.signsFromMs ?? 0))[0];
  const leavesAtMs = nowMs + lookForKeyEveryMs + tokenLifetimeMs + marginMs;
  return {
    handOver: signing && ready ? { from: signing.id, to: ready.id, leavesAtMs } : undefined,
    gone: keys.flatMap((key) => (!key.signs && key.leavesAtMs !== null && key.leavesAtMs <= nowMs ? key.id : [])),
  };
}
