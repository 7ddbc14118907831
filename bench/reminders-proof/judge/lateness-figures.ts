/** How late mails were, over a run. */
export type LatenessFigures = {
  readonly mails: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly longestMs: number;
};

export function latenessFigures(lateMs: readonly number[]): LatenessFigures {
  const sorted = lateMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { mails: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999), longestMs: sorted.at(-1) ?? 0 };
}
