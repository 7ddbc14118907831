/** Business time: when flights leave, holds end, mails are due. Leases, tokens and limits use real time instead. */
export type Clock = {
  /** Unix milliseconds, UTC. */
  readonly nowMs: () => number;
};

/** The clock of production: business time is real time. */
export const realClock: Clock = { nowMs: () => Date.now() };

/** Real time plus an offset that can only be set as a whole. */
export type OffsetClock = Clock & { readonly setOffsetMs: (offsetMs: number) => void };

export function createOffsetClock(): OffsetClock {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    setOffsetMs: (value) => {
      offsetMs = value;
    },
  };
}
