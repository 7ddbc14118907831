import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import type { TestDatabase } from '@jetbridge/testing/databases.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startTestService, testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, beforeAll } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createBookingService } from '../src/service.ts';
import { type FlightCatalogueServer, startFlightCatalogue } from './flight-catalogue-server.ts';

type Settings = Readonly<Record<string, string>>;

/** A running booking-service with everything a test needs around it. */
export type BookingWorld = {
  readonly url: string;
  readonly issuer: TokenIssuer;
  readonly catalogue: FlightCatalogueServer;
  /** Rows of this service's own database. */
  readonly rows: <Row extends object>(sql: string, values?: readonly (string | number)[]) => Promise<Row[]>;
  /** Changes rows behind the service's back, such as how long ago something was. */
  readonly rewrite: (sql: string, values?: readonly (string | number)[]) => Promise<void>;
  /** Runs a statement and keeps its transaction open during the work, which may run further statements in it. */
  readonly inTransaction: (
    sql: string,
    values: readonly (string | number)[],
    work: (more: BookingWorld['rewrite']) => Promise<void>,
  ) => Promise<void>;
  /** The settings the service runs with. */
  readonly settings: Readonly<Record<string, string>>;
  /** Starts another service on the same database; it ends with the suite, if not before. */
  readonly startAnother: (choices?: Readonly<Record<string, string>>) => Promise<RunningService>;
};

/**
 * Starts booking-service on a database for the tests of the surrounding suite.
 * @param choices settings, or what makes them when the suite begins; without any, bookings are confirmed at once and nothing is paid.
 */
export function useBookingService(
  database: TestDatabase,
  choices: Settings | (() => Promise<Settings>) = { PAYMENT_PROVIDER: 'none' },
): () => BookingWorld {
  let world: BookingWorld | undefined;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const issuer = await startTokenIssuer();
    stops.push(issuer.stop);
    const catalogue = await startFlightCatalogue();
    stops.push(catalogue.stop);
    const port = await freePort();
    const settings = {
      ...database.settings(),
      AUTH_SERVICE_URL: issuer.url,
      FLIGHT_SERVICE_URL: catalogue.url,
      // Where the sandbox sends its webhooks.
      BOOKING_SERVICE_URL: `http://127.0.0.1:${port}`,
      ...(typeof choices === 'function' ? await choices() : choices),
    };
    const service = { name: 'booking-service', loadConfig, createService: createBookingService } as const;
    const start = async (more: Readonly<Record<string, string>>, at: number): Promise<RunningService> => {
      const running = await startTestService(service, { ...settings, ...more }, at);
      let stopped: Promise<void> | undefined;
      const stop = () => {
        stopped ??= running.stop();
        return stopped;
      };
      stops.push(stop);
      return { url: running.url, stop };
    };
    const running = await start({}, port);
    const own = await openOwnDatabase(settings);
    stops.push(own.close);
    const rows = <Row extends object>(sql: string, values: readonly (string | number)[] = []) =>
      own.sequelize.query<Row>(sql, { replacements: [...values], type: QueryTypes.SELECT });
    const rewrite = async (sql: string, values: readonly (string | number)[] = []) => {
      await own.write((transaction) => own.sequelize.query(sql, { replacements: [...values], transaction }));
    };
    const inTransaction: BookingWorld['inTransaction'] = (sql, values, work) =>
      own.sequelize.transaction(async (transaction) => {
        const run = async (statement: string, replacements: readonly (string | number)[] = []) => {
          await own.sequelize.query(statement, { replacements: [...replacements], transaction });
        };
        await run(sql, values);
        await work(run);
      });
    const startAnother = async (more: Readonly<Record<string, string>> = {}) => start(more, await freePort());
    world = { url: running.url, issuer, catalogue, rows, rewrite, inTransaction, settings, startAnother };
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  return () => {
    if (!world) throw new Error('The service runs while the tests of its suite do.');
    return world;
  };
}

function openOwnDatabase(settings: Record<string, string>): Promise<Database> {
  const { profile } = loadConfig({ ...settings, INTERNAL_SECRET: testInternalSecret });
  return openDatabase(profile.database, createLogger({ service: 'test', level: 'fatal' }));
}

/** An order for adults in economy. */
export function buildOrder(flightId: string, overrides: object = {}) {
  return {
    flights: [{ flightId, cabin: 'economy' }],
    passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
    contact: { email: 'ada@example.com' },
    ...overrides,
  };
}
