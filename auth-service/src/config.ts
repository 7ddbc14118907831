import { join } from 'node:path';
import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import { newPassword } from '@jetbridge/contracts/identity/routes.ts';
import { readCommonSettings, readDatabaseSettings, readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { sharedSecret } from '@jetbridge/service-kit/config/secrets.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import {
  collectProblems,
  type Environment,
  readSettings,
  SettingsError,
  wholeNumber,
} from '@jetbridge/service-kit/config/settings.ts';
import type { DatabaseSettings } from '@jetbridge/service-kit/database/open-database.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { z } from 'zod';
import { loadCommonPasswords } from './credentials/common-passwords.ts';
import { demoPassword } from './domain/demo-accounts.ts';

/** Accounts that are made at start unless an account with their address exists. */
export type FirstAccounts = {
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  /** Whether the accounts of `domain/demo-accounts.ts` are made; never in production. */
  readonly demoAccounts: boolean;
};

export type Config = ServiceConfig & {
  /** What the private signing keys are sealed with. */
  readonly keysSecret: string;
  readonly passwords: {
    readonly bcryptCost: number;
    /** How many sign-ins may wait for their password to be hashed. */
    readonly maximumWaiting: number;
  };
  readonly sessions: { readonly lifetimeMs: number };
  readonly audit: {
    /** How long e-mail and client addresses stand beside sign-ins. */
    readonly signInTracesMs: number;
  };
  readonly firstAccounts: FirstAccounts;
};

const databaseNames = { setting: 'AUTH_DATABASE_URL', database: 'airline_auth' } as const;

const dayMs = 86_400_000;

/** OWASP's password storage guide asks for a bcrypt cost of 10 at least; 15 already takes seconds for each sign-in. */
const bcryptCosts = { min: 4, minInProduction: 10, max: 15 } as const;

/** Reads the settings of auth-service. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { profile, listen, serviceUrls, keysSecret, passwords, sessions, audit, firstAccounts } = collectProblems({
    profile: () => readProfile(environment, databaseNames),
    listen: () => readListenAddress(environment, 'auth-service'),
    serviceUrls: () => readServiceUrls(environment),
    keysSecret: () => readKeysSecret(environment),
    passwords: () => readPasswordSettings(environment),
    sessions: () => readSessionSettings(environment),
    audit: () => readAuditSettings(environment),
    firstAccounts: () => readFirstAccounts(environment),
  });
  return Object.freeze({
    listen: Object.freeze(listen),
    profile: Object.freeze(profile),
    serviceUrls: Object.freeze(serviceUrls),
    logLevel: profile.logLevel,
    keysSecret,
    passwords: Object.freeze(passwords),
    sessions: Object.freeze(sessions),
    audit: Object.freeze(audit),
    firstAccounts: Object.freeze(firstAccounts),
  });
}

/**
 * What a program needs that works on the database of this service beside it: keys and the audit log.
 * @throws SettingsError
 */
export function readProgramSettings(environment: Environment): { database: DatabaseSettings; keysSecret: string } {
  return collectProblems({
    database: () => readDatabaseSettings(environment, databaseNames),
    keysSecret: () => readKeysSecret(environment),
  });
}

function readKeysSecret(environment: Environment): string {
  const { production, dataFolder } = readCommonSettings(environment);
  const { KEYS_SECRET: given } = readSettings(
    { KEYS_SECRET: z.string().min(32, 'must have at least 32 characters').optional() },
    environment,
  );
  if (given) return given;
  if (production) {
    throw new SettingsError(['KEYS_SECRET is not set; production needs one of at least 32 random characters']);
  }
  return sharedSecret(join(dataFolder, 'secrets'), 'keys-secret');
}

function readPasswordSettings(environment: Environment): Config['passwords'] {
  const min = readCommonSettings(environment).production ? bcryptCosts.minInProduction : bcryptCosts.min;
  const settings = readSettings(
    {
      BCRYPT_COST: wholeNumber({ min, max: bcryptCosts.max }).default(12),
      PASSWORD_QUEUE: wholeNumber({ min: 0, max: 10_000 }).default(200),
    },
    environment,
  );
  return { bcryptCost: settings.BCRYPT_COST, maximumWaiting: settings.PASSWORD_QUEUE };
}

function readSessionSettings(environment: Environment): Config['sessions'] {
  const { SESSION_DAYS: days } = readSettings(
    { SESSION_DAYS: wholeNumber({ min: 1, max: 3_650 }).default(90) },
    environment,
  );
  return { lifetimeMs: days * dayMs };
}

function readAuditSettings(environment: Environment): Config['audit'] {
  const { SIGN_IN_TRACES_DAYS: days } = readSettings(
    { SIGN_IN_TRACES_DAYS: wholeNumber({ min: 1, max: 3_650 }).default(90) },
    environment,
  );
  return { signInTracesMs: days * dayMs };
}

function readFirstAccounts(environment: Environment): FirstAccounts {
  const { production } = readCommonSettings(environment);
  const settings = readSettings(
    {
      ADMIN_EMAIL: emailAddress.optional(),
      ADMIN_PASSWORD: newPassword.optional(),
      DEMO_ACCOUNTS: z.enum(['on', 'off'], 'must be on or off').optional(),
    },
    environment,
  );
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, DEMO_ACCOUNTS: demo } = settings;
  const problems = [
    ...(production ? problemsInProduction({ email, password, demo }) : []),
    ...(!production && email && !password
      ? ['ADMIN_PASSWORD is not set, but ADMIN_EMAIL is: set both or neither']
      : []),
    ...(!production && password && !email
      ? ['ADMIN_EMAIL is not set, but ADMIN_PASSWORD is: set both or neither']
      : []),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  const admin = email && password ? { email, password } : undefined;
  return { admin, demoAccounts: !production && (demo ?? (admin ? 'off' : 'on')) === 'on' };
}

function problemsInProduction(given: {
  email: string | undefined;
  password: string | undefined;
  demo: 'on' | 'off' | undefined;
}): string[] {
  return [
    ...(given.email ? [] : ['ADMIN_EMAIL is not set; production needs the address of the first admin']),
    ...(given.password ? [] : ['ADMIN_PASSWORD is not set; production needs the password of the first admin']),
    ...(given.password === demoPassword ? ['ADMIN_PASSWORD is the published demo password; choose another one'] : []),
    ...(given.password && loadCommonPasswords()(given.password)
      ? ['ADMIN_PASSWORD is one of the 10,000 most common passwords; choose another one']
      : []),
    ...(given.demo === 'on' ? ['DEMO_ACCOUNTS cannot be on in production; leave it out or set it to off'] : []),
  ];
}
