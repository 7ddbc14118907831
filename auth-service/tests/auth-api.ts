import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { type Clock, realClock } from '@jetbridge/service-kit/time/clock.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { internalToken, startTestService, testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { type Config, loadConfig } from '../src/config.ts';
import { authServiceAt } from '../src/service.ts';

/** What the private keys of tests are sealed with. */
export const testKeysSecret = 'a secret for keys that only tests know';

const commonSettings = {
  NODE_ENV: 'test',
  INTERNAL_SECRET: testInternalSecret,
  KEYS_SECRET: testKeysSecret,
  BCRYPT_COST: '4',
  DEMO_ACCOUNTS: 'off',
} as const;

/** A running auth-service and short words for its calls. */
export type AuthApi = RunningService & {
  readonly register: (account?: { email?: string; password?: string; name?: string }) => Promise<Answer>;
  /** @param from the address that the gateway would say the request came from. */
  readonly logIn: (email: unknown, password: unknown, from?: string) => Promise<Answer>;
  readonly refresh: (refreshToken: unknown) => Promise<Answer>;
  readonly logOut: (refreshToken: unknown) => Promise<Answer>;
  readonly me: (token?: string) => Promise<Answer>;
};

/** The token that reminder-service would get for a mail which somebody waits for. */
export const askMailToken = (auth: { url: string }, kind: 'password-resets' | 'email-verifications', id: string) =>
  call(auth.url, `POST /internal/${kind}/${id}/token`, { token: internalToken('reminder-service', 'auth-service') });

export const testPassword = 'correct horse battery';

let accounts = 0;

/** An address that no other test uses. */
export const newEmail = () => `traveller-${++accounts}@example.com`;

/** Starts auth-service in this process with cheap hashes and no accounts. */
export async function startAuth(
  settings: Environment,
  options: { clock?: Clock; adjust?: (config: Config) => Config } = {},
): Promise<AuthApi> {
  const { clock = realClock, adjust = (config) => config } = options;
  const running = await startTestService(
    {
      name: 'auth-service',
      loadConfig: (environment) => adjust(loadConfig(environment)),
      createService: authServiceAt(clock),
    },
    { ...commonSettings, ...settings },
  );
  const { url } = running;
  return {
    ...running,
    register: ({ email = newEmail(), password = testPassword, name = 'Ada Lovelace' } = {}) =>
      call(url, 'POST /auth/register', { body: { email, password, name } }),
    logIn: (email, password, from) =>
      call(url, 'POST /auth/login', {
        body: { email, password },
        ...(from === undefined ? {} : { headers: { 'X-Forwarded-For': from } }),
      }),
    refresh: (refreshToken) => call(url, 'POST /auth/refresh', { body: { refreshToken } }),
    logOut: (refreshToken) => call(url, 'POST /auth/logout', { body: { refreshToken } }),
    me: (token) => call(url, 'GET /users/me', token === undefined ? {} : { token }),
  };
}

/** A clock that stands still until it is moved. */
export function manualClock() {
  let nowMs = Date.now();
  return {
    nowMs: () => nowMs,
    advanceMs: (milliseconds: number) => {
      nowMs += milliseconds;
    },
  };
}

/** The tables of auth-service, in the order in which rows may be deleted. */
export const tableNames = [
  'access_changes',
  'audit_log',
  'outbox',
  'refresh_tokens',
  'sessions',
  'mail_requests',
  'forgotten_passwords',
  'familiar_addresses',
  'user_roles',
  'users',
  'role_permissions',
  'roles',
  'roles_version',
  'signing_keys',
] as const;

export type Row = Record<string, string | number | null>;

/** A look into the database that services run on with these settings. */
export async function openTables(settings: Environment) {
  const { profile } = loadConfig({ ...commonSettings, ...settings });
  const database = await openDatabase(profile.database, createLogger({ service: 'test', level: 'fatal' }));
  const rows = (sql: string, replacements: readonly (string | number)[] = []): Promise<Row[]> =>
    database.sequelize.query<Row>(sql, { replacements: [...replacements], type: QueryTypes.SELECT });
  return {
    database,
    rows,
    /** Everything that is stored, table by table. */
    everything: async () =>
      Object.fromEntries(
        await Promise.all(tableNames.map(async (name) => [name, await rows(`SELECT * FROM ${name}`)])),
      ),
    run: async (sql: string, replacements: readonly (string | number)[] = []) => {
      await database.sequelize.query(sql, { replacements: [...replacements] });
    },
    close: database.close,
  };
}

export type Tables = Awaited<ReturnType<typeof openTables>>;

/** Somebody with an account here. */
export type Person = {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
};

/** Signs somebody up who has these roles from the start; what they may do stands in their token. */
export async function personWith(auth: AuthApi, tables: Tables, roles: readonly string[]): Promise<Person> {
  const { body } = await auth.register();
  const { id, email } = body.user;
  await tables.run('DELETE FROM user_roles WHERE user_id = ?', [id]);
  for (const role of roles) await tables.run('INSERT INTO user_roles (user_id, role_name) VALUES (?, ?)', [id, role]);
  const signedIn = await auth.logIn(email, testPassword);
  return { id, email, token: signedIn.body.accessToken, refreshToken: signedIn.body.refreshToken };
}
