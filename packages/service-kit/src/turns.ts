/** Lets a number of callers do something at once; the others wait for their turn, in the order they came. */
export type Turns = {
  readonly atOnce: number;
  readonly take: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** How long a turn takes of late, in milliseconds. */
  readonly typicalMs: () => number;
};

/** How much the latest turn counts for what is typical. */
const weightOfLatest = 0.1;

/** What is taken for typical before anything is known. */
const firstGuessMs = 100;

/** @param atOnce how many may have their turn at the same time. */
export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  let typicalMs = firstGuessMs;
  return {
    atOnce,
    take: async (work) => {
      if (taken < atOnce) taken += 1;
      // Whoever ends hands its turn on, so the number taken stays as it is.
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      const beganAtMs = performance.now();
      try {
        return await work();
      } finally {
        typicalMs += (performance.now() - beganAtMs - typicalMs) * weightOfLatest;
        const next = waiting.shift();
        if (next) next();
        else taken -= 1;
      }
    },
    typicalMs: () => typicalMs,
  };
}
