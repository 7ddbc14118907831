/** Chances that come in the same order for the same seed, so that a run can be had again, as far as timing lets it. */
export type Random = {
  /** A number from 0 up to, but not including, 1. */
  readonly fraction: () => number;
  /** A whole number from 0 up to, but not including, `end`. */
  readonly below: (end: number) => number;
  /** True in this share of all cases. */
  readonly chance: (share: number) => boolean;
  /** Any of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** One of these, as often as its weight says. */
  readonly weighted: <T extends string>(weights: Readonly<Record<T, number>>) => T;
};

/** Mulberry32: 32 bits of state, good enough to choose by and as fast as it gets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    chance: (share) => fraction() < share,
    pick: (list) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
    weighted: <T extends string>(weights: Readonly<Record<T, number>>): T => {
      // The keys of a record of `T` are of `T`.
      const entries = Object.entries(weights) as [T, number][];
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [word, weight] of entries) {
        left -= weight;
        if (left < 0) return word;
      }
      throw new RangeError('At least one weight is above 0.');
    },
  };
}
