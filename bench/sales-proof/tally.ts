/** How often each thing happened, by a name for people. */
export type Tally = {
  readonly count: (group: TallyGroup, what: string, times?: number) => void;
  readonly of: (group: TallyGroup, what: string) => number;
  /** All of a group, the most frequent first. */
  readonly all: (group: TallyGroup) => (readonly [what: string, times: number])[];
};

export const tallyGroups = ['attempts', 'answers', 'events', 'outcomes'] as const;
export type TallyGroup = (typeof tallyGroups)[number];

export function createTally(): Tally {
  const groups = new Map<TallyGroup, Map<string, number>>(tallyGroups.map((group) => [group, new Map()]));
  const of = (group: TallyGroup, what: string) => groups.get(group)?.get(what) ?? 0;
  return {
    count: (group, what, times = 1) => void groups.get(group)?.set(what, of(group, what) + times),
    of,
    all: (group) => [...(groups.get(group) ?? [])].toSorted(([, one], [, other]) => other - one),
  };
}
