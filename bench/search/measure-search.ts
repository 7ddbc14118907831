import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ServiceProcess } from '../sales-world/service-process.ts';
import { percentile, type Turn, takeTurn } from './load-turn.ts';
import { type Freshness, freshWithinMs, measureFreshness } from './measure-freshness.ts';
import { flightQueries, itineraryQueries } from './questions.ts';
import { readScheduleFile, type ScheduleFile } from './schedule-file.ts';
import { openSearchWorld, type SearchWorld } from './search-world.ts';

export type SearchOptions = {
  readonly file: string;
  /** Measured at each turn. */
  readonly seconds: number;
  readonly rounds: number;
  /** Sizes of schedules that the cost is measured at, beside that of the file. */
  readonly sizes: readonly number[];
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type Figures = {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly wrongAnswers: number;
  readonly cpuMsPerAnswer: number;
  readonly cpuSecondsOfOthers: number;
};

/** One number of results, at the three programs side by side. */
export type Comparison = {
  readonly results: number;
  readonly bodyBytes: number;
  readonly constant: Figures;
  readonly sql: Figures;
  readonly jetbridge: Figures;
};

/** What a size of schedule costs. */
export type SizeReport = {
  readonly flights: number;
  readonly loadMs: number;
  readonly memoryMb: number;
  readonly peakMemoryMb: number;
  readonly direct: Figures;
  readonly itineraries: Figures;
};

export type SearchReport = {
  readonly options: Omit<SearchOptions, 'say' | 'signal'>;
  readonly comparisons: readonly Comparison[];
  readonly freshness: Freshness | undefined;
  readonly sizes: readonly SizeReport[];
  readonly mistakes: readonly string[];
};

const directClients = 32;
const itineraryClients = 2;
const warmUpSeconds = 1;
const comparedResults = [11, 50] as const;

/** Searches by turns at the service, at the same app with a constant answer, and by SQL; then at schedules of other sizes. */
export async function measureSearch(options: SearchOptions): Promise<SearchReport> {
  const { say, signal } = options;
  const file = await readScheduleFile(options.file);
  const comparisons: Comparison[] = [];
  const sizes: SizeReport[] = [];
  let freshness: Freshness | undefined;
  for (const flights of [file.flights.length, ...options.sizes]) {
    if (signal?.aborted) break;
    const world = await openSearchWorld({ file, flights, say });
    try {
      say(`Starting the service on ${flights.toLocaleString('en')} flights …`);
      const service = await world.startService();
      try {
        if (flights === file.flights.length) {
          for (const results of comparedResults) {
            comparisons.push(await compare({ world, service, file, results }, options));
          }
        }
        sizes.push(await measureSize({ world, service, file, flights }, options));
        freshness ??= await compareTwoProcesses({ world, service, file }, say);
      } finally {
        await service.stop();
      }
    } finally {
      await world.stop();
    }
  }
  const { say: _say, signal: _signal, ...asked } = options;
  const mistakes = mistakesIn(comparisons, sizes, signal?.aborted === true);
  if (freshness && freshness.longestMs > freshWithinMs) {
    mistakes.push(`A new price took ${Math.round(freshness.longestMs)} ms to be found at another process.`);
  }
  return { options: { ...asked, file: basename(asked.file) }, comparisons, freshness, sizes, mistakes };
}

type Measured = { readonly world: SearchWorld; readonly service: ServiceProcess; readonly file: ScheduleFile };

async function compare(parts: Measured & { results: number }, options: SearchOptions): Promise<Comparison> {
  const { world, service, file, results } = parts;
  const paths = flightQueries(file, results, world.shiftDays).map((query) => `/flights?${query}`);
  const body = await answerOf(service, paths[0] ?? '');
  const bodyFile = join(world.folder, `constant-${results}.json`);
  writeFileSync(bodyFile, body);
  await using stack = new AsyncDisposableStack();
  const constant = await world.startProgram('bench/search/constant/main.ts', { CONSTANT_BODY: bodyFile });
  stack.defer(constant.stop);
  const sql = await world.startProgram('bench/search/sql/main.ts');
  stack.defer(sql.stop);

  const turns = { constant: [] as Turn[], sql: [] as Turn[], jetbridge: [] as Turn[] };
  const turn = { clients: directClients, seconds: options.seconds, warmUpSeconds, results };
  for (let round = 1; round <= options.rounds && !options.signal?.aborted; round++) {
    turns.constant.push(await takeTurn(constant, paths, turn));
    turns.jetbridge.push(await takeTurn(service, paths, turn));
    turns.sql.push(await takeTurn(sql, paths, turn));
    const rates = Object.entries(turns).map(([name, taken]) => `${name} ${Math.round(taken.at(-1)?.perSecond ?? 0)}/s`);
    options.say(`  ${results} results, round ${round}: ${rates.join(', ')}`);
  }
  return {
    results,
    bodyBytes: Buffer.byteLength(body),
    constant: figuresOf(turns.constant),
    sql: figuresOf(turns.sql),
    jetbridge: figuresOf(turns.jetbridge),
  };
}

async function compareTwoProcesses({ world, service, file }: Measured, say: (sentence: string) => void) {
  say('Changing prices at one process, and looking for them at another …');
  const other = await world.startService();
  try {
    const [query = ''] = flightQueries(file, comparedResults[0], world.shiftDays);
    return await measureFreshness([service, other], query, world.staffToken);
  } finally {
    await other.stop();
  }
}

async function measureSize(
  { world, service, file, flights }: Measured & { flights: number },
  { seconds, rounds, say }: SearchOptions,
): Promise<SizeReport> {
  const direct: Turn[] = [];
  const itineraries: Turn[] = [];
  const directPaths = flightQueries(file, 11, world.shiftDays).map((query) => `/flights?${query}`);
  const itineraryPaths = itineraryQueries(file, world.shiftDays).map((query) => `/itineraries?${query}`);
  const turn = { seconds, warmUpSeconds, results: undefined };
  for (let round = 1; round <= rounds; round++) {
    direct.push(await takeTurn(service, directPaths, { ...turn, clients: directClients }));
    itineraries.push(await takeTurn(service, itineraryPaths, { ...turn, clients: itineraryClients }));
  }
  const report = {
    flights,
    loadMs: world.loadMs(),
    ...memoryOf(service.pid),
    direct: figuresOf(direct),
    itineraries: figuresOf(itineraries),
  };
  say(`  ${flights.toLocaleString('en')} flights: loaded in ${Math.round(report.loadMs)} ms, ${report.memoryMb} MB`);
  return report;
}

async function answerOf({ port }: ServiceProcess, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Connection: 'close' } });
  return answer.text();
}

function figuresOf(turns: readonly Turn[]): Figures {
  const answers = turns.reduce((sum, { durationsMs }) => sum + durationsMs.length, 0);
  const sum = (pick: (turn: Turn) => number) => turns.reduce((total, turn) => total + pick(turn), 0);
  return {
    perSecond: sum(({ perSecond }) => perSecond) / turns.length,
    medianMs: percentile(turns, 0.5),
    p99Ms: percentile(turns, 0.99),
    wrongAnswers: sum(({ wrongAnswers }) => wrongAnswers),
    cpuMsPerAnswer: (sum(({ cpuSeconds }) => cpuSeconds) * 1_000) / answers,
    cpuSecondsOfOthers: sum(({ othersSeconds }) => othersSeconds),
  };
}

/** Linux; proc_pid_status(5). */
function memoryOf(pid: number): { memoryMb: number; peakMemoryMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
  return { memoryMb: megabytes('VmRSS'), peakMemoryMb: megabytes('VmHWM') };
}

function mistakesIn(comparisons: readonly Comparison[], sizes: readonly SizeReport[], interrupted: boolean): string[] {
  const wrong = [
    ...comparisons.flatMap(({ results, constant, sql, jetbridge }) =>
      Object.entries({ constant, sql, jetbridge }).map(([name, figures]) => ({ name: `${name}, ${results}`, figures })),
    ),
    ...sizes.flatMap(({ flights, direct, itineraries }) =>
      Object.entries({ direct, itineraries }).map(([name, figures]) => ({ name: `${name} at ${flights}`, figures })),
    ),
  ]
    .filter(({ figures }) => figures.wrongAnswers > 0)
    .map(({ name, figures }) => `${name}: ${figures.wrongAnswers} wrong answers`);
  return interrupted ? ['The run was interrupted.', ...wrong] : wrong;
}
