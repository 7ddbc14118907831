/** What clients know of a party, by the clock that the services' events are stamped with. */
export type ToldParty = {
  readonly entryId: string;
  readonly flightId: string;
  readonly seats: number;
  /** When it was told that it waits: it does, from before then on. */
  readonly joinedAtMs: number;
  /** When its client first asked to leave the line; until then it certainly did not. */
  leaveAskedAtMs: number | undefined;
};

export type ToldParties = {
  readonly joined: (party: Omit<ToldParty, 'leaveAskedAtMs'>) => void;
  readonly leaving: (entryId: string) => void;
  readonly all: () => ReadonlyMap<string, ToldParty>;
};

/** Parties that were told that they wait. */
export function createToldParties(): ToldParties {
  const told = new Map<string, ToldParty>();
  return {
    joined: (party) => void told.set(party.entryId, { ...party, leaveAskedAtMs: undefined }),
    leaving: (entryId) => {
      const party = told.get(entryId);
      if (party) party.leaveAskedAtMs ??= Date.now();
    },
    all: () => told,
  };
}
