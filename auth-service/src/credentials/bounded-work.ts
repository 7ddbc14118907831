/** Runs pieces of work a few at a time, first come first served, and refuses those that find the queue full. */
export type BoundedWork = { readonly run: <T>(work: () => Promise<T>) => Promise<T> };

/**
 * @param options.atOnce how many run at the same time.
 * @param options.maximumWaiting how many more may wait for their turn.
 * @param options.refusal makes the error for those that may not even wait.
 */
export function createBoundedWork(options: {
  atOnce: number;
  maximumWaiting: number;
  refusal: () => Error;
}): BoundedWork {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function takeTurn(): Promise<void> {
    if (running < options.atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= options.maximumWaiting) throw options.refusal();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** The turn goes straight to the next one, so that nobody who comes in between can overtake. */
  function passOn(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    run: async (work) => {
      await takeTurn();
      try {
        return await work();
      } finally {
        passOn();
      }
    },
  };
}
