/** An attempt to buy, from before it was sent until it was answered. */
export type BuyerAttempt = {
  readonly flightId: string;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** Whether it was told that the flight is sold out. */
  readonly refused: boolean;
};

export type BuyerAttempts = {
  readonly note: (attempt: BuyerAttempt) => void;
  /** How many were refused although seats of their flight changed hands at one of these moments while they asked. */
  readonly refusedWhile: (moments: ReadonlyMap<string, readonly number[]>) => number;
};

/** Who tried to slip in, to tell afterwards how often that could have come to something. */
export function createBuyerAttempts(): BuyerAttempts {
  const attempts: BuyerAttempt[] = [];
  return {
    note: (attempt) => void attempts.push(attempt),
    refusedWhile: (moments) =>
      attempts.filter(
        ({ flightId, askedAtMs, answeredAtMs, refused }) =>
          refused && moments.get(flightId)?.some((atMs) => atMs >= askedAtMs && atMs <= answeredAtMs),
      ).length,
  };
}
