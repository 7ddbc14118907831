import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { startNeighbours } from '../sales-world/neighbours.ts';
import { type DatabaseKind, startSalesDatabase } from '../sales-world/sales-database.ts';
import { awaitRest } from './books/await-rest.ts';
import { type BooksSummary, checkBooks } from './books/check-books.ts';
import { checkFeed } from './check-feed.ts';
import { checkSeatMaps } from './check-seat-maps.ts';
import { createClient } from './client.ts';
import { openDoors } from './doors.ts';
import { createFindings, type Findings, invariants } from './findings.ts';
import { offerFlights } from './proof-flights.ts';
import { runClients } from './run-clients.ts';
import { sellersName, startSellers } from './sellers.ts';
import { createTally, type Tally } from './tally.ts';
import { createToldBookings } from './told-bookings.ts';

export type SalesProofOptions = {
  readonly attempts: number;
  readonly kills: number;
  readonly clients: number;
  readonly flights: number;
  /** Flights that the airline cancels on the way; each is replaced by another. */
  readonly cancelledFlights: number;
  /** On each flight. */
  readonly seats: number;
  /** Of booking-service. */
  readonly processes: number;
  readonly database: DatabaseKind;
  readonly provider: 'sandbox' | 'none';
  readonly seed: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Spoils the books before they are looked into: for a test of the proof itself. */
  readonly meddle?: (books: Database) => Promise<void>;
};

export type SalesProofReport = {
  readonly options: Omit<SalesProofOptions, 'say' | 'signal' | 'meddle'>;
  readonly seconds: number;
  readonly attempts: number;
  readonly kills: number;
  readonly restarts: number;
  readonly acknowledged: number;
  readonly books: BooksSummary;
  readonly tally: Tally;
  readonly findings: Findings;
  /** What booking-service warned of last. */
  readonly warnings: readonly string[];
};

/**
 * A hold of six seconds: some are paid, and some end, while clients are busy. Payments get a little longer than the
 * slowest that still answers, because who finishes an interrupted one waits for a multiple of that.
 */
const serviceSettings = { HOLD_MINUTES: '0.1', PAYMENT_TIMEOUT_SECONDS: '4' } as const;

/**
 * Lets clients buy, pay, change, cancel and repeat themselves at processes of booking-service that are killed now and then; waits
 * until everything has come to rest; and compares what the clients were told with the books.
 */
export async function proveSales(options: SalesProofOptions): Promise<SalesProofReport> {
  const { say, signal = new AbortController().signal, meddle, ...told } = options;
  const payments = options.provider !== 'none';
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  say('Starting the database and booking-service …');
  const database = await startSalesDatabase(options.database);
  stack.defer(database.stop);
  const neighbours = await startNeighbours();
  stack.defer(neighbours.stop);
  const flights = offerFlights(neighbours, { count: options.flights, seats: options.seats });
  const sellers = await startSellers({
    count: options.processes,
    database,
    neighbours,
    settings: { PAYMENT_PROVIDER: options.provider, ...serviceSettings },
  });
  stack.defer(sellers.stop);
  const doors = openDoors();
  stack.defer(doors.close);

  const tally = createTally();
  const findings = createFindings(invariants);
  const bookings = createToldBookings();
  const context = {
    ...told,
    payments,
    flights,
    tokens: neighbours.tokens,
    sellers,
    doors,
    tally,
    told: bookings,
    findings,
    warnings: sellers.warnings(),
  };
  const clients = Array.from({ length: options.clients }, (_, number) => createClient(context, number));
  const { attempts, kills } = await runClients({ ...context, clients, say, signal });

  await sellers.allRunning();
  const books = await database.open(sellersName);
  stack.defer(books.close);
  say('Waiting until everything has come to rest …');
  await awaitRest(books, findings, signal);
  await meddle?.(books);
  say('Looking into the books …');
  const acknowledged = bookings.size();
  const url = `http://127.0.0.1:${sellers.ports()[0]}`;
  await checkFeed(books, { url, findings });
  if (payments) await checkSeatMaps(books, { url, flights: flights.all, findings });
  const summary = await checkBooks(books, { told: bookings, flights: flights.all, payments }, findings);
  return {
    options: told,
    seconds: (performance.now() - startedAt) / 1_000,
    attempts,
    kills,
    restarts: sellers.restarts(),
    acknowledged,
    books: summary,
    tally,
    findings,
    warnings: sellers.warnings(),
  };
}
