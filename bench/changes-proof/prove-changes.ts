import { awaitRest } from '../sales-proof/books/await-rest.ts';
import { checkBooks } from '../sales-proof/books/check-books.ts';
import { openDoors } from '../sales-proof/doors.ts';
import { createFindings, type Findings, invariants } from '../sales-proof/findings.ts';
import { buildProofFlight } from '../sales-proof/proof-flights.ts';
import { createRandom } from '../sales-proof/random.ts';
import { sellersName, startSellers } from '../sales-proof/sellers.ts';
import { createTally, type Tally } from '../sales-proof/tally.ts';
import { createToldBookings } from '../sales-proof/told-bookings.ts';
import { createUser } from '../sales-proof/users.ts';
import { startNeighbours } from '../sales-world/neighbours.ts';
import { type DatabaseKind, startSalesDatabase } from '../sales-world/sales-database.ts';
import { createRacer, type Racer } from './racer.ts';
import { raceNames } from './races.ts';

export type ChangesProofOptions = {
  readonly races: number;
  /** Races at the same time. */
  readonly racers: number;
  /** Of booking-service. */
  readonly processes: number;
  readonly database: DatabaseKind;
  readonly seed: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type ChangesProofReport = {
  readonly options: Omit<ChangesProofOptions, 'say' | 'signal'>;
  readonly seconds: number;
  readonly races: number;
  readonly tally: Tally;
  readonly findings: Findings;
};

/** Long enough to book, short enough to wait for. */
const holdMs = 600;

/** Each racer's bookings are spread over these, so that races do not only wait for each other. */
const flightCount = 12;
const seatsOfFlight = 9_000;

const sayEveryMs = 5_000;

/**
 * Lets two requests about one booking, or one seat, meet again and again at processes of booking-service; looks at each
 * pair of answers, and in the end whether the books say the same.
 */
export async function proveChanges(options: ChangesProofOptions): Promise<ChangesProofReport> {
  const { say, signal = new AbortController().signal, ...told } = options;
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  say('Starting the database and booking-service …');
  const database = await startSalesDatabase(options.database);
  stack.defer(database.stop);
  const neighbours = await startNeighbours();
  stack.defer(neighbours.stop);
  const flights = Array.from({ length: flightCount }, (_, place) => buildProofFlight(place, seatsOfFlight));
  const lastSeats = Array.from({ length: options.racers }, (_, place) => buildProofFlight(place, 1));
  for (const { forSale } of [...flights, ...lastSeats]) neighbours.offer(forSale);
  const sellers = await startSellers({
    count: options.processes,
    database,
    neighbours,
    settings: {
      PAYMENT_PROVIDER: 'sandbox',
      HOLD_MINUTES: String(holdMs / 60_000),
      // A racer has a booking or two at a time, and those whose hold has just ended.
      MAX_HELD_SEATS_PER_USER: '100',
    },
  });
  stack.defer(sellers.stop);
  const doors = openDoors();
  stack.defer(doors.close);

  const tally = createTally();
  const findings = createFindings(invariants);
  const bookings = createToldBookings();
  const racers = lastSeats.map((lastSeat, number) => {
    const random = createRandom(options.seed + number);
    const user = createUser(neighbours.tokens);
    return createRacer({ doors, sellers, findings, tally, told: bookings, random, user, flights, lastSeat, holdMs });
  });
  const races = await runRaces(racers, { ...options, findings, signal });

  const books = await database.open(sellersName);
  stack.defer(books.close);
  say('Waiting until everything has come to rest …');
  await awaitRest(books, findings, signal);
  say('Looking into the books …');
  const all = new Map([...flights, ...lastSeats].map((flight) => [flight.id, flight]));
  await checkBooks(books, { told: bookings, flights: all, payments: true }, findings);
  return { options: told, seconds: (performance.now() - startedAt) / 1_000, races, tally, findings };
}

async function runRaces(
  racers: readonly Racer[],
  run: Pick<ChangesProofOptions, 'races' | 'say'> & { findings: Findings; signal: AbortSignal },
): Promise<number> {
  let started = 0;
  async function work(racer: Racer): Promise<void> {
    while (started < run.races && !run.signal.aborted) {
      const name = raceNames[started % raceNames.length] ?? raceNames[0];
      started += 1;
      await racer.run(name);
    }
  }
  const progress = setInterval(
    () => run.say(`  ${started} of ${run.races} races, ${run.findings.violations()} violations`),
    sayEveryMs,
  );
  try {
    await Promise.all(racers.map(work));
  } finally {
    clearInterval(progress);
  }
  return started;
}
