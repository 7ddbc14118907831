import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { awaitRest } from '../sales-proof/books/await-rest.ts';
import { openDoors } from '../sales-proof/doors.ts';
import { createFindings, type Findings } from '../sales-proof/findings.ts';
import { createRandom } from '../sales-proof/random.ts';
import { type Sellers, sellersName, startSellers } from '../sales-proof/sellers.ts';
import { createTally, type Tally } from '../sales-proof/tally.ts';
import { buildFlight, seatsPerRow } from '../sales-world/build-flight.ts';
import { startNeighbours } from '../sales-world/neighbours.ts';
import { type DatabaseKind, startSalesDatabase } from '../sales-world/sales-database.ts';
import { checkLines, type WaitlistSummary } from './books/check-lines.ts';
import { createBuyerAttempts } from './buyer-attempts.ts';
import { createWaitlistClient, type WaitlistClient } from './client.ts';
import { invariants, type WaitlistInvariant } from './invariants.ts';
import { createToldParties } from './told-parties.ts';

export type WaitlistProofOptions = {
  readonly attempts: number;
  readonly kills: number;
  readonly clients: number;
  readonly flights: number;
  /** On each flight. */
  readonly seats: number;
  /** Of booking-service. */
  readonly processes: number;
  readonly database: DatabaseKind;
  readonly seed: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Spoils the books before they are looked into: for a test of the proof itself. */
  readonly meddle?: (books: Database) => Promise<void>;
};

export type WaitlistProofReport = {
  readonly options: Omit<WaitlistProofOptions, 'say' | 'signal' | 'meddle'>;
  readonly seconds: number;
  readonly attempts: number;
  readonly kills: number;
  readonly summary: WaitlistSummary;
  readonly tally: Tally;
  readonly findings: Findings<WaitlistInvariant>;
  /** What booking-service warned of last. */
  readonly warnings: readonly string[];
};

/** Three seconds: some offers are taken, and some lapse, while clients are busy. */
const offerMs = 3_000;

/** Nobody of the proof holds more than one party's seats, so that nobody may be passed over for that. */
const serviceSettings = {
  PAYMENT_PROVIDER: 'sandbox',
  WAITLIST_OFFER_MINUTES: String(offerMs / 60_000),
  HOLD_MINUTES: '0.1',
  PAYMENT_TIMEOUT_SECONDS: '4',
} as const;

const sayEveryMs = 5_000;

/**
 * Lets parties wait, and take, decline or forget their offers, while buyers try to slip in and others give seats back, at
 * processes of booking-service that are killed now and then; then tells from the books whether anybody was overtaken.
 */
export async function proveWaitlist(options: WaitlistProofOptions): Promise<WaitlistProofReport> {
  const { say, signal = new AbortController().signal, meddle, ...told } = options;
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  say('Starting the database and booking-service …');
  const database = await startSalesDatabase(options.database);
  stack.defer(database.stop);
  const neighbours = await startNeighbours();
  stack.defer(neighbours.stop);
  const rows = Math.ceil(options.seats / seatsPerRow);
  const flights = Array.from({ length: options.flights }, () => buildFlight({ rows, seats: options.seats }));
  for (const flight of flights) neighbours.offer(flight);
  const { processes: count } = options;
  const sellers = await startSellers({ count, database, neighbours, settings: serviceSettings });
  stack.defer(sellers.stop);
  const doors = openDoors();
  stack.defer(doors.close);

  const tally = createTally();
  const findings = createFindings(invariants);
  const parties = createToldParties();
  const buyers = createBuyerAttempts();
  const flightIds = flights.map(({ flight }) => flight.id);
  const { tokens } = neighbours;
  const context = { ...told, flightIds, tokens, sellers, doors, tally, told: parties, buyers, findings };
  const clients = Array.from({ length: options.clients }, (_, number) => createWaitlistClient(context, number));
  const { attempts, kills } = await runClients(clients, { ...told, sellers, findings, say, signal });

  await sellers.allRunning();
  const books = await database.open(sellersName);
  stack.defer(books.close);
  say('Waiting until everything has come to rest …');
  await awaitRest(books, findings, signal);
  await meddle?.(books);
  say('Looking into the books …');
  const summary = await checkLines(books, { told: parties.all(), buyers, offerMs }, findings);
  return {
    options: told,
    seconds: (performance.now() - startedAt) / 1_000,
    attempts,
    kills,
    summary,
    tally,
    findings,
    warnings: sellers.warnings(),
  };
}

/** Lets all clients act until there were enough attempts, killing sellers on the way, evenly over the attempts. */
async function runClients(
  clients: readonly WaitlistClient[],
  run: Pick<WaitlistProofOptions, 'attempts' | 'kills' | 'seed' | 'say'> & {
    readonly sellers: Sellers;
    readonly findings: Findings<WaitlistInvariant>;
    readonly signal: AbortSignal;
  },
): Promise<{ attempts: number; kills: number }> {
  const { sellers, findings, say, signal } = run;
  const random = createRandom(run.seed - 1);
  let attempts = 0;
  let kills = 0;

  function killWhenDue(): void {
    if (kills >= run.kills || attempts < ((kills + 0.5) * run.attempts) / run.kills) return;
    if (sellers.killAny(random)) kills += 1;
  }

  async function work({ act }: WaitlistClient): Promise<void> {
    while (attempts < run.attempts && !signal.aborted) {
      attempts += 1;
      killWhenDue();
      await act();
    }
  }

  const progress = setInterval(() => {
    say(`  ${attempts} of ${run.attempts} attempts, ${kills} kills, ${findings.violations()} violations`);
  }, sayEveryMs);
  try {
    await Promise.all(clients.map(work));
  } finally {
    clearInterval(progress);
  }
  return { attempts, kills };
}
