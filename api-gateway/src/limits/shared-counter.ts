/** How often a key was hit since its window began, and when the window ends (Unix milliseconds). */
export type Hits = { readonly count: number; readonly resetsAtMs: number };

/** Counts hits for several processes, exactly. */
export type SharedCounter = {
  /**
   * Counts `hits` of a key, and returns its count after them: the numbers up to it are theirs alone.
   * @throws Error when the counter can't be reached in time.
   */
  readonly take: (key: string, hits: number, windowMs: number) => Promise<Hits>;
  /** Takes hits back that were counted in the window that ends at `resetsAtMs`, as long as it has not ended. */
  readonly giveBack: (key: string, hits: number, resetsAtMs: number) => Promise<void>;
  readonly read: (key: string) => Promise<Hits | undefined>;
};
