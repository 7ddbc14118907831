import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProfile } from './profile.ts';
import { readListenAddress, readServiceUrls } from './service-urls.ts';
import { collectProblems, SettingsError } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'jetbridge-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' } as const;
const secret = 'x'.repeat(32);
const read = (environment: Record<string, string>) => readProfile({ DATA_DIR: folder, ...environment }, names);
const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

test('without settings a service runs on SQLite and the feed, with a secret that stays', () => {
  const profile = read({});
  expect(profile.database).toEqual({ dialect: 'sqlite', file: join(folder, 'airline_booking.sqlite') });
  expect(profile.events).toEqual({ transport: 'feed' });
  expect(profile.internalSecret.length).toBeGreaterThanOrEqual(32);
  expect(read({}).internalSecret).toBe(profile.internalSecret);
});

test('with a database server and a broker a service runs on its own database there', () => {
  const urls = { DATABASE_URL: 'mysql://root:pw@db:3306/ignored', RABBITMQ_URL: 'amqp://mq' };
  expect(read(urls).database).toEqual({
    dialect: 'mysql',
    url: 'mysql://root:pw@db:3306/airline_booking',
    poolSize: 10,
  });
  expect(read(urls).events).toEqual({ transport: 'amqp', url: 'amqp://mq' });
  const own = { ...urls, BOOKING_DATABASE_URL: 'mariadb://other/own' };
  expect(read(own).database).toMatchObject({ url: 'mariadb://other/own' });
});

test.for([
  [{ DATABASE_URL: 'mysql://db' }, /^RABBITMQ_URL is not set, but DATABASE_URL/],
  [{ BOOKING_DATABASE_URL: 'mysql://db/x' }, /^RABBITMQ_URL is not set, but DATABASE_URL or BOOKING_DATABASE_URL/],
  [{ RABBITMQ_URL: 'amqp://mq' }, /^DATABASE_URL is not set, but RABBITMQ_URL is/],
] as const)('a mix of the two ways to run refuses with one sentence: %o', ([environment, sentence]) => {
  expect(problemsOf(() => read(environment))).toEqual([expect.stringMatching(sentence)]);
});

test('the feed on MariaDB is for tests only', () => {
  const environment = { DATABASE_URL: 'mysql://db', EVENTS: 'feed' };
  expect(read({ ...environment, NODE_ENV: 'test' }).events).toEqual({ transport: 'feed' });
  expect(problemsOf(() => read(environment))).toHaveLength(1);
  expect(problemsOf(() => read({ ...environment, NODE_ENV: 'production', INTERNAL_SECRET: secret }))).toHaveLength(1);
});

test('production makes no secret up', () => {
  expect(problemsOf(() => read({ NODE_ENV: 'production' }))).toEqual([
    expect.stringMatching(/^INTERNAL_SECRET is not set/),
  ]);
  expect(problemsOf(() => read({ NODE_ENV: 'production', INTERNAL_SECRET: 'short' }))).toEqual([
    'INTERNAL_SECRET must have at least 32 characters',
  ]);
  expect(read({ NODE_ENV: 'production', INTERNAL_SECRET: secret }).production).toBe(true);
});

test('everything that is wrong is told at once, and each thing once', () => {
  const environment = {
    DATA_DIR: folder,
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'http://db',
    BOOKING_PORT: '70000',
    AUTH_SERVICE_URL: 'auth.internal',
  };
  const problems = problemsOf(() =>
    collectProblems({
      profile: () => readProfile(environment, names),
      listen: () => readListenAddress(environment, 'booking-service'),
      urls: () => readServiceUrls(environment),
    }),
  );
  expect(problems).toEqual([
    expect.stringMatching(/^LOG_LEVEL must be one of fatal, error/),
    expect.stringMatching(/^DATABASE_URL must be a URL that begins with mysql/),
    'BOOKING_PORT must be a whole number from 0 to 65535',
    expect.stringMatching(/^AUTH_SERVICE_URL must be a URL like/),
  ]);
});

test('a missing secret hides neither a wrong mix nor a wrong number', () => {
  const environment = { NODE_ENV: 'production', DATABASE_URL: 'mysql://db' };
  expect(problemsOf(() => read(environment))).toEqual([
    expect.stringMatching(/^INTERNAL_SECRET is not set/),
    expect.stringMatching(/^RABBITMQ_URL is not set, but DATABASE_URL/),
  ]);
  expect(problemsOf(() => read({ ...environment, OUTBOX_DAYS: 'x' }))).toEqual([
    expect.stringMatching(/^INTERNAL_SECRET is not set/),
    expect.stringMatching(/^OUTBOX_DAYS must be a whole number/),
  ]);
});

test('an empty setting counts as not set', () => {
  expect(read({ DATABASE_URL: '', RABBITMQ_URL: '' }).events).toEqual({ transport: 'feed' });
});

test('a service is found on its port of this machine unless URLs say otherwise', () => {
  expect(readServiceUrls({})['booking-service']).toEqual(['http://127.0.0.1:3003']);
  expect(readServiceUrls({ BOOKING_PORT: '4003' })['booking-service']).toEqual(['http://127.0.0.1:4003']);
  const several = readServiceUrls({ BOOKING_SERVICE_URL: 'http://10.0.0.5:3003/, https://b.internal' });
  expect(several['booking-service']).toEqual(['http://10.0.0.5:3003', 'https://b.internal']);
});
