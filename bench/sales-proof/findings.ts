/** What must hold, whatever happens, in the words of the report. */
export const invariants = {
  capacity: 'no more seats sold and held than there are',
  counts: 'seats counted are the seats of living bookings',
  seats: 'no seat given twice, each to a living booking',
  acknowledged: 'every acknowledged booking is there, as it was told',
  onePayment: 'no booking has two open or succeeded payments',
  charges: 'each payment has its one charge',
  money: 'charges less refunds are what bookings say',
  replays: 'a repeated request gets the first answer, byte for byte',
  events: 'each event is told once, in order',
  feed: 'the feed tells every event, in order',
  holds: 'no hold goes on past its end',
  holders: 'unpaid seats are counted for their users',
  keys: 'every idempotency key has its answer',
  answers: 'only answers that may be given',
  rest: 'everything comes to rest',
} as const;
export type Invariant = keyof typeof invariants;

/** Examples that are kept of each kind; more violations are only counted. */
const maximumExamples = 5;

/** How often something was looked at, and how often it was wrong. */
export type Finding = { checked: number; violations: number; readonly examples: string[] };

/** Where it is noted what was checked, and what of it was wrong. */
export type FindingsBook<Name extends string> = {
  readonly checked: (invariant: Name, times: number) => void;
  readonly violated: (invariant: Name, example: string) => void;
};

/** What was checked, and what of it was wrong; of the invariants of one proof. */
export type Findings<Name extends string = Invariant> = FindingsBook<Name> & {
  /** Those that were looked at, in the order in which they are declared. */
  readonly all: () => (readonly [Name, Readonly<Finding>])[];
  readonly violations: () => number;
};

/** @param names of the invariants, with the words for them. */
export function createFindings<Name extends string>(names: Readonly<Record<Name, string>>): Findings<Name> {
  const found = new Map<Name, Finding>();
  function findingOf(invariant: Name): Finding {
    const known = found.get(invariant) ?? { checked: 0, violations: 0, examples: [] };
    found.set(invariant, known);
    return known;
  }
  return {
    checked: (invariant, times) => {
      findingOf(invariant).checked += times;
    },
    violated: (invariant, example) => {
      const finding = findingOf(invariant);
      finding.violations += 1;
      if (finding.examples.length < maximumExamples) finding.examples.push(example);
    },
    all: () =>
      // The keys of a constant object are those it was written with.
      (Object.keys(names) as Name[]).flatMap((name) => {
        const finding = found.get(name);
        return finding ? [[name, finding] as const] : [];
      }),
    violations: () => found.values().reduce((sum, finding) => sum + finding.violations, 0),
  };
}
