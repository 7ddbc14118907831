import { type ContestantName, contestantNames } from './contestants.ts';
import type { Measurement } from './load.ts';

/** One seller selling in one scenario, once. */
export type Turn = Measurement & { readonly scenario: string; readonly contestant: ContestantName };

/** What one seller did in one scenario, all its turns together. */
export type Figures = {
  readonly bookingsPerSecond: number;
  /** Of the slowest and the fastest turn. */
  readonly range: readonly [slowest: number, fastest: number];
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly wrongAnswers: number;
  readonly cpuSeconds: Measurement['cpuSeconds'];
  /** Milliseconds of CPU of seller and database together, for one booking. */
  readonly cpuMsPerBooking: number;
};

/** @param seconds how long each turn was measured. */
export function addUp(turns: readonly Turn[], scenario: string, seconds: number): Record<ContestantName, Figures> {
  const [plain, jetbridge] = contestantNames.map((name) =>
    figuresOf(
      turns.filter((turn) => turn.scenario === scenario && turn.contestant === name),
      seconds,
    ),
  );
  if (!plain || !jetbridge) throw new Error('There are two contestants.');
  return { plain, jetbridge };
}

function figuresOf(turns: readonly Turn[], seconds: number): Figures {
  const durationsMs = turns.flatMap((turn) => turn.durationsMs).toSorted((one, other) => one - other);
  const rates = turns.map((turn) => turn.durationsMs.length / seconds);
  const sum = (pick: (turn: Turn) => number) => turns.reduce((total, turn) => total + pick(turn), 0);
  const cpuSeconds = {
    seller: sum((turn) => turn.cpuSeconds.seller),
    database: sum((turn) => turn.cpuSeconds.database),
    clients: sum((turn) => turn.cpuSeconds.clients),
    others: sum((turn) => turn.cpuSeconds.others),
  };
  const percentile = (share: number) => durationsMs[Math.floor(durationsMs.length * share)] ?? Number.NaN;
  return {
    bookingsPerSecond: durationsMs.length / (seconds * turns.length),
    range: [Math.min(...rates), Math.max(...rates)],
    medianMs: percentile(0.5),
    p99Ms: percentile(0.99),
    wrongAnswers: sum((turn) => turn.wrongAnswers),
    cpuSeconds,
    cpuMsPerBooking: ((cpuSeconds.seller + cpuSeconds.database) * 1_000) / durationsMs.length,
  };
}
