import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { type TemporaryFolder, temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder('config');
});
afterEach(() => folder.remove());

const load = (environment: Environment) => loadConfig({ DATA_DIR: folder.path, ...environment });
const problemsOf = (environment: Environment): readonly string[] => {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

const production = {
  NODE_ENV: 'production',
  INTERNAL_SECRET: 'i'.repeat(32),
  KEYS_SECRET: 'k'.repeat(32),
  ADMIN_EMAIL: 'ops@example.com',
  ADMIN_PASSWORD: 'a good password',
} as const;

describe('with no settings at all', () => {
  test('it runs on SQLite with demo accounts and a secret of its own, which stays', () => {
    const config = load({});
    expect(config.firstAccounts).toEqual({ admin: undefined, demoAccounts: true });
    expect(config.passwords).toEqual({ bcryptCost: 12, maximumWaiting: 200 });
    expect(config.sessions).toEqual({ lifetimeMs: 90 * 86_400_000 });
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 3001 });
    expect(readFileSync(join(folder.path, 'secrets', 'keys-secret'), 'utf8').trim()).toBe(config.keysSecret);
    expect(load({}).keysSecret).toBe(config.keysSecret);
  });
});

describe('the first accounts', () => {
  test.each([
    [{ DEMO_ACCOUNTS: 'off' }, undefined, false],
    [{ ADMIN_EMAIL: 'Ops@Example.com', ADMIN_PASSWORD: 'a good password' }, 'ops@example.com', false],
    [
      { ADMIN_EMAIL: 'ops@example.com', ADMIN_PASSWORD: 'a good password', DEMO_ACCOUNTS: 'on' },
      'ops@example.com',
      true,
    ],
  ])('with %j', (settings, email, demoAccounts) => {
    const { firstAccounts } = load(settings);
    expect(firstAccounts.admin?.email).toBe(email);
    expect(firstAccounts.demoAccounts).toBe(demoAccounts);
  });

  test.each([
    [{ ADMIN_EMAIL: 'ops', ADMIN_PASSWORD: 'a good password' }, 'ADMIN_EMAIL must be a plain e-mail address'],
    [{ ADMIN_EMAIL: 'ops@example.com', ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD must have at least 8 bytes'],
    [{ ADMIN_EMAIL: 'ops@example.com', ADMIN_PASSWORD: 'x'.repeat(73) }, 'ADMIN_PASSWORD must have at most 72 bytes'],
    [{ ADMIN_EMAIL: 'ops@example.com' }, 'ADMIN_PASSWORD is not set, but ADMIN_EMAIL is'],
    [{ ADMIN_PASSWORD: 'a good password' }, 'ADMIN_EMAIL is not set, but ADMIN_PASSWORD is'],
    [{ DEMO_ACCOUNTS: 'yes' }, 'DEMO_ACCOUNTS must be on or off'],
  ])('refuses %j', (settings, problem) => {
    expect(problemsOf(settings)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('in production', () => {
  test('names everything that is missing at once', () => {
    expect(problemsOf({ NODE_ENV: 'production', BCRYPT_COST: '4' })).toEqual([
      expect.stringContaining('INTERNAL_SECRET is not set'),
      expect.stringContaining('KEYS_SECRET is not set'),
      'BCRYPT_COST must be a whole number from 10 to 15',
      expect.stringContaining('ADMIN_EMAIL is not set'),
      expect.stringContaining('ADMIN_PASSWORD is not set'),
    ]);
    expect(existsSync(join(folder.path, 'secrets'))).toBe(false);
  });

  test('makes no demo accounts', () => {
    expect(load(production).firstAccounts.demoAccounts).toBe(false);
    expect(problemsOf({ ...production, DEMO_ACCOUNTS: 'on' })).toEqual([
      'DEMO_ACCOUNTS cannot be on in production; leave it out or set it to off',
    ]);
  });

  test('refuses the published password and a short secret', () => {
    expect(problemsOf({ ...production, ADMIN_PASSWORD: 'jetbridge-demo', KEYS_SECRET: 'short' })).toEqual([
      'KEYS_SECRET must have at least 32 characters',
      'ADMIN_PASSWORD is the published demo password; choose another one',
    ]);
  });
});

test.each([
  [{ BCRYPT_COST: '3' }, 'BCRYPT_COST must be a whole number from 4 to 15'],
  [{ BCRYPT_COST: '16' }, 'BCRYPT_COST must be a whole number from 4 to 15'],
  [{ BCRYPT_COST: 'twelve' }, 'BCRYPT_COST must be a whole number from 4 to 15'],
  [{ SESSION_DAYS: '0' }, 'SESSION_DAYS must be a whole number from 1 to 3650'],
  [{ SIGN_IN_TRACES_DAYS: '0' }, 'SIGN_IN_TRACES_DAYS must be a whole number from 1 to 3650'],
  [{ PASSWORD_QUEUE: '-1' }, 'PASSWORD_QUEUE must be a whole number from 0 to 10000'],
])('refuses %j', (settings, problem) => {
  expect(problemsOf(settings)).toEqual([problem]);
});

test('cannot be changed by who receives it', () => {
  const config = load({});
  expect(Object.isFrozen(config) && Object.isFrozen(config.passwords) && Object.isFrozen(config.firstAccounts)).toBe(
    true,
  );
});
