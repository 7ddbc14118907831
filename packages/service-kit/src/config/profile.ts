import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { DatabaseSettings } from '../database/open-database.ts';
import { sharedSecret } from './secrets.ts';
import { collectProblems, type Environment, readSettings, SettingsError, urlOf, wholeNumber } from './settings.ts';

/** How events travel: a feed that consumers pull, or a broker. */
export type EventSettings = { readonly transport: 'feed' } | { readonly transport: 'amqp'; readonly url: string };

/** What every service with a database shares: where it keeps things, how it talks to the others. */
export type Profile = {
  readonly production: boolean;
  readonly dataFolder: string;
  readonly logLevel: string;
  readonly internalSecret: string;
  readonly database: DatabaseSettings;
  readonly events: EventSettings;
  /** How long events are kept after they were told (outbox) and heard (inbox), in days. */
  readonly retention: { readonly outboxDays: number; readonly inboxDays: number };
};

/** Names of one service's database: the variable that overrides its URL, and its name on a shared server. */
export type DatabaseNames = { readonly setting: `${string}_DATABASE_URL`; readonly database: `airline_${string}` };

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The settings that every process reads, the gateway too. */
export function readCommonSettings(environment: Environment) {
  const settings = readSettings(
    {
      NODE_ENV: z.string().optional(),
      DATA_DIR: z.string().default('data'),
      LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
    },
    environment,
  );
  return {
    production: settings.NODE_ENV === 'production',
    dataFolder: resolve(settings.DATA_DIR),
    logLevel: settings.LOG_LEVEL,
  };
}

/** The secret that services sign their calls to each other with; made by itself outside production. */
export function readInternalSecret(environment: Environment): string {
  const { production, dataFolder } = readCommonSettings(environment);
  const { INTERNAL_SECRET: given } = readSettings(
    { INTERNAL_SECRET: z.string().min(32, 'must have at least 32 characters').optional() },
    environment,
  );
  if (given) return given;
  if (production) {
    throw new SettingsError(['INTERNAL_SECRET is not set; production needs one of at least 32 random characters']);
  }
  return sharedSecret(join(dataFolder, 'secrets'), 'internal-secret');
}

/**
 * Decides between the two ways to run. Exactly two start: SQLite with the event feed, or MySQL/MariaDB with RabbitMQ.
 * Tests of one service may set `EVENTS=feed` to run it on MariaDB without a broker.
 */
export function readProfile(environment: Environment, names: DatabaseNames): Profile {
  const { common, internalSecret, places } = collectProblems({
    common: () => readCommonSettings(environment),
    internalSecret: () => readInternalSecret(environment),
    places: () => readPlaces(environment, names),
  });
  return { ...common, internalSecret, ...places };
}

/** Where data is, how events travel from there, and for how long they are kept. */
function readPlaces(
  environment: Environment,
  names: DatabaseNames,
): Pick<Profile, 'database' | 'events' | 'retention'> {
  const { database, settings } = collectProblems({
    database: () => readDatabaseSettings(environment, names),
    settings: () =>
      readSettings(
        {
          RABBITMQ_URL: urlOf('amqp', 'amqps').optional(),
          EVENTS: z.enum(['feed'], 'can only be feed, and only in tests').optional(),
          OUTBOX_DAYS: wholeNumber({ min: 1, max: 3_650 }).default(7),
          INBOX_DAYS: wholeNumber({ min: 1, max: 3_650 }).default(30),
          NODE_ENV: z.string().optional(),
        },
        environment,
      ),
  });
  const databaseUrl = database.dialect === 'mysql' ? database.url : undefined;
  const feedInTests = settings.EVENTS === 'feed' && settings.NODE_ENV === 'test';
  const events = chooseEvents({ databaseUrl, brokerUrl: settings.RABBITMQ_URL, feedInTests, names });
  const retention = { outboxDays: settings.OUTBOX_DAYS, inboxDays: settings.INBOX_DAYS };
  return { database, events, retention };
}

/** Where one service's data is; for programs that look after it while the service need not run. */
export function readDatabaseSettings(environment: Environment, names: DatabaseNames): DatabaseSettings {
  const mysqlUrl = urlOf('mysql', 'mariadb').optional();
  const settings = readSettings(
    { DATABASE_URL: mysqlUrl, DATABASE_POOL: wholeNumber({ min: 1, max: 1_000 }).default(10) },
    environment,
  );
  const { [names.setting]: ownUrl } = readSettings({ [names.setting]: mysqlUrl }, environment);
  const url = ownUrl ?? (settings.DATABASE_URL && onServer(settings.DATABASE_URL, names.database));
  if (url) return { dialect: 'mysql', url, poolSize: settings.DATABASE_POOL };
  return { dialect: 'sqlite', file: join(readCommonSettings(environment).dataFolder, `${names.database}.sqlite`) };
}

function chooseEvents(chosen: {
  databaseUrl: string | undefined;
  brokerUrl: string | undefined;
  feedInTests: boolean;
  names: DatabaseNames;
}): EventSettings {
  const { databaseUrl, brokerUrl, feedInTests, names } = chosen;
  if (databaseUrl && brokerUrl) return { transport: 'amqp', url: brokerUrl };
  if (!databaseUrl && !brokerUrl) return { transport: 'feed' };
  if (databaseUrl && feedInTests) return { transport: 'feed' };
  throw new SettingsError([
    databaseUrl
      ? `RABBITMQ_URL is not set, but DATABASE_URL or ${names.setting} is: set both (MySQL/MariaDB with RabbitMQ) or neither (SQLite without a broker)`
      : `DATABASE_URL is not set, but RABBITMQ_URL is: set both (MySQL/MariaDB with RabbitMQ) or neither (SQLite without a broker)`,
  ]);
}

function onServer(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
