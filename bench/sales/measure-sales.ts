import { startNeighbours } from '../sales-world/neighbours.ts';
import { type DatabaseKind, startSalesDatabase } from '../sales-world/sales-database.ts';
import { checkBooks } from './check-books.ts';
import { type Contestant, type ContestantName, startContestants } from './contestants.ts';
import { createCustomers } from './customers.ts';
import { addUp, type Figures, type Turn } from './figures.ts';
import { runLoad } from './load.ts';
import { createScenarios, type Scenario, warmUpSeconds } from './scenarios.ts';

export type SalesOptions = {
  /** Measured at each turn. */
  readonly seconds: number;
  readonly rounds: number;
  readonly clients: number;
  /** In the scenario of many flights. */
  readonly flights: number;
  readonly database: DatabaseKind;
  readonly provider: 'sandbox' | 'none';
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type ScenarioReport = { readonly scenario: string; readonly figures: Readonly<Record<ContestantName, Figures>> };

export type SalesReport = {
  readonly options: Omit<SalesOptions, 'say' | 'signal'>;
  readonly scenarios: readonly ScenarioReport[];
  /** What was answered wrongly, and where the books differ from what was answered, in sentences. */
  readonly mistakes: readonly string[];
};

/**
 * Lets the two sellers sell by turns, each on books of its own, and looks into the books afterwards. Turns follow each
 * other closely and alternate, so that a machine that gets faster or slower does so for both.
 */
export async function measureSales(options: SalesOptions): Promise<SalesReport> {
  const { seconds, rounds, clients, database: kind, provider, say, signal } = options;
  await using stack = new AsyncDisposableStack();
  say('Starting the database and the two sellers …');
  const database = await startSalesDatabase(kind);
  stack.defer(database.stop);
  const neighbours = await startNeighbours();
  stack.defer(neighbours.stop);
  const contestants = await startContestants({ database, neighbours, provider });
  for (const { process } of contestants) stack.defer(process.stop);

  const customers = createCustomers(neighbours.tokens);
  const scenarios = createScenarios({ flights: options.flights, secondsPerSeller: rounds * (seconds + warmUpSeconds) });
  for (const flight of scenarios.flatMap((scenario) => scenario.flights)) neighbours.offer(flight);
  say('Selling the first seats of each flight, so that both sellers know them all …');
  for (const contestant of contestants) {
    for (const scenario of scenarios)
      await contestant.ledger.sellOneOfEach(contestant.process.port, scenario, customers);
  }

  const turns: Turn[] = [];
  async function takeTurn(scenario: Scenario, { name, process, ledger }: Contestant): Promise<void> {
    const orders = ledger.ordersOf(scenario, customers);
    const measured = await runLoad({
      port: process.port,
      clients,
      orders,
      warmUpMs: warmUpSeconds * 1_000,
      measureMs: seconds * 1_000,
      pids: { seller: process.pid, ...(database.pid === undefined ? {} : { database: database.pid }) },
    });
    turns.push({ scenario: scenario.name, contestant: name, ...measured });
    const perSecond = Math.round(measured.durationsMs.length / seconds);
    say(`  ${scenario.name}, ${name}: ${perSecond} bookings/s`);
  }
  for (let round = 1; round <= rounds; round++) {
    say(`Round ${round} of ${rounds}`);
    for (const scenario of scenarios) {
      for (const contestant of contestants) if (!signal?.aborted) await takeTurn(scenario, contestant);
    }
  }

  say('Looking into the books …');
  const mistakes: string[] = signal?.aborted ? ['The run was interrupted.'] : [];
  for (const { name, ledger } of contestants) {
    mistakes.push(...ledger.mistakes().map((mistake) => `${name}: ${mistake}`));
    await using books = await openBooks(database, name);
    const charges = name === 'plain' || provider === 'sandbox';
    const differences = await checkBooks(books.database, { sold: ledger.sold(), charges });
    mistakes.push(...differences.map((difference) => `${name}: ${difference}`));
  }
  return {
    options: { seconds, rounds, clients, flights: options.flights, database: kind, provider },
    scenarios: scenarios.map(({ name }) => ({ scenario: name, figures: addUp(turns, name, seconds) })),
    mistakes,
  };
}

async function openBooks(database: Awaited<ReturnType<typeof startSalesDatabase>>, seller: string) {
  const opened = await database.open(seller);
  return { database: opened, [Symbol.asyncDispose]: opened.close };
}
