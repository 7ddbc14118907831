/** Lets a number of callers do something at once; the others wait for their turn, in the order they came. */
export type Turns = { readonly take: <Result>(work: () => Promise<Result>) => Promise<Result> };

/** @param atOnce how many may have their turn at the same time. */
export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    take: async (work) => {
      if (taken < atOnce) taken += 1;
      // Whoever ends hands its turn on, so the number taken stays as it is.
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else taken -= 1;
      }
    },
  };
}
