import type { NewFlight } from '@jetbridge/contracts/flights/routes.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import type { TestDatabase } from '@jetbridge/testing/databases.ts';
import { startTestService, testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, beforeAll } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createFlightSearchService } from '../src/service.ts';
import { type SellerServer, startSeller } from './seller-server.ts';

/** A running flight-search-service with everything a test needs around it. */
export type FlightWorld = {
  readonly url: string;
  readonly issuer: TokenIssuer;
  readonly seller: SellerServer;
  /** Rows of this service's own database. */
  readonly rows: <Row extends object>(sql: string, values?: readonly (string | number)[]) => Promise<Row[]>;
};

/** Starts flight-search-service, with an empty timetable, on a database for the tests of the surrounding suite. */
export function useFlightService(database: TestDatabase): () => FlightWorld {
  let world: FlightWorld | undefined;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const issuer = await startTokenIssuer();
    stops.push(issuer.stop);
    const seller = await startSeller();
    stops.push(seller.stop);
    const settings = {
      ...database.settings(),
      WORLD_TIMETABLE: 'off',
      AUTH_SERVICE_URL: issuer.url,
      BOOKING_SERVICE_URL: seller.url,
    };
    const running = await startTestService(flightSearchService, settings);
    stops.push(running.stop);
    const own = await openOwnDatabase(settings);
    stops.push(own.close);
    const rows = <Row extends object>(sql: string, values: readonly (string | number)[] = []) =>
      own.sequelize.query<Row>(sql, { replacements: [...values], type: QueryTypes.SELECT });
    world = { url: running.url, issuer, seller, rows };
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  return () => {
    if (!world) throw new Error('The service runs while the tests of its suite do.');
    return world;
  };
}

export const flightSearchService = {
  name: 'flight-search-service',
  loadConfig,
  createService: createFlightSearchService,
} as const;

/** The database of a service that runs, or ran, with these settings. */
export function openOwnDatabase(settings: Record<string, string>): Promise<Database> {
  const { profile } = loadConfig({ ...settings, INTERNAL_SECRET: testInternalSecret });
  return openDatabase(profile.database, createLogger({ service: 'test', level: 'fatal' }));
}

export const usd = (amount: number) => ({ amount, currency: 'USD' });

let lastNumber = 0;

/** An order for a flight JFK to LHR under a number of its own, in 60 days, with 100 seats for 299.00 in economy. */
export function buildNewFlight(overrides: Partial<NewFlight> = {}): NewFlight {
  const departsAtMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 60 * 86_400_000;
  const departureTime = overrides.departureTime ?? instantOf(departsAtMs);
  lastNumber += 1;
  return {
    flightNumber: `BA${lastNumber}`,
    airlineCode: 'BA',
    originCode: 'JFK',
    destinationCode: 'LHR',
    departureTime,
    arrivalTime: instantOf(Date.parse(departureTime) + 420 * 60_000),
    airplaneId: 'apl_boeing_777_300er',
    fares: [{ cabin: 'economy', price: usd(29_900), seats: 100 }],
    ...overrides,
  };
}

export const instantOf = (unixMs: number) => `${new Date(unixMs).toISOString().slice(0, 19)}Z`;

/** Adds a flight as an administrator, and returns it as the API shows it. */
export async function addFlight({ url, issuer }: FlightWorld, overrides: Partial<NewFlight> = {}) {
  const added = await call(url, 'POST /flights', { token: issuer.admin().token, body: buildNewFlight(overrides) });
  if (added.status !== 201) throw new Error(`The flight could not be added: ${JSON.stringify(added.body)}`);
  return added.body;
}

/** The flight numbers that a search finds, in its order. */
export async function numbersFound({ url }: FlightWorld, query: string): Promise<string[]> {
  const { status, body } = await call(url, `GET /flights?${query}`);
  if (status !== 200) throw new Error(`The search was refused: ${JSON.stringify(body)}`);
  return body.data.map(({ flightNumber }: { flightNumber: string }) => flightNumber);
}
