import { builtInRoles } from '@jetbridge/contracts/identity/permissions.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../src/config.ts';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { demoAccounts, demoPassword } from '../src/domain/demo-accounts.ts';
import { provideSigningKey } from '../src/use-cases/provide-signing-key.ts';
import {
  type AuthApi,
  openTables,
  startAuth,
  type Tables,
  tableNames,
  testKeysSecret,
  testPassword,
} from './auth-api.ts';
import { endedMain, startMain } from './processes.ts';

const adminSettings = { ADMIN_EMAIL: 'Ops@example.com', ADMIN_PASSWORD: 'a good password' } as const;
const inProduction = (config: Config): Config => ({ ...config, profile: { ...config.profile, production: true } });

describeOnEachDatabase('two processes that start at once on an empty database', (database) => {
  test('agree on keys, roles and accounts, and accept each other’s tokens', async () => {
    const settings = { ...database.settings(), BCRYPT_COST: '4', DEMO_ACCOUNTS: 'on', ...adminSettings };
    const ports = [await freePort(), await freePort()];
    const mains = await Promise.all(ports.map((port) => startMain({ ...settings, AUTH_PORT: String(port) })));
    const [one, other] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];

    const [keys, otherKeys] = await Promise.all([one, other].map((url) => call(url, 'GET /.well-known/jwks.json')));
    expect(keys?.body.keys).toHaveLength(1);
    expect(otherKeys?.body).toEqual(keys?.body);
    const body = { email: 'ops@example.com', password: 'a good password' };
    for (const [signedInAt, askedAt] of [
      [one, other],
      [other, one],
    ] as const) {
      const { body: signedIn } = await call(signedInAt, 'POST /auth/login', { body });
      const profile = await call(askedAt, 'GET /users/me', { token: signedIn.accessToken });
      expect([profile.status, profile.body.roles]).toEqual([200, ['admin']]);
      expect(
        (await call(askedAt, 'POST /auth/refresh', { body: { refreshToken: signedIn.refreshToken } })).status,
      ).toBe(200);
    }

    expect(await Promise.all(mains.map((main) => main.stop()))).toEqual([0, 0]);
    const tables = await openTables(settings);
    const emails = ['ops@example.com', ...demoAccounts.map(({ email }) => email)].toSorted();
    expect(await tables.rows('SELECT email FROM users ORDER BY email')).toEqual(emails.map((email) => ({ email })));
    expect(await tables.rows('SELECT subject FROM outbox')).toHaveLength(emails.length);
    expect(await tables.rows('SELECT slot FROM signing_keys')).toEqual([{ slot: 'active' }]);
    expect(await tables.rows('SELECT version FROM roles_version')).toEqual([{ version: 2 }]);
    await tables.close();
  });
});

describe('a process with wrong settings', () => {
  test('ends with status 1 and one readable list', async () => {
    const { status, stderr } = await endedMain({ NODE_ENV: 'production', AUTH_PORT: 'http', BCRYPT_COST: '4' });
    expect(status).toBe(1);
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      'auth-service does not start. These settings are missing or wrong:',
      expect.stringMatching(/^ {2}- INTERNAL_SECRET is not set/),
      '  - AUTH_PORT must be a whole number from 0 to 65535',
      expect.stringMatching(/^ {2}- KEYS_SECRET is not set/),
      '  - BCRYPT_COST must be a whole number from 10 to 15',
      expect.stringMatching(/^ {2}- ADMIN_EMAIL is not set/),
      expect.stringMatching(/^ {2}- ADMIN_PASSWORD is not set/),
    ]);
  });
});

describeOnEachDatabase('starting', (database) => {
  let tables: Tables;
  beforeAll(async () => {
    await (await startAuth(database.settings())).stop();
    tables = await openTables(database.settings());
  });
  afterAll(() => tables?.close());

  beforeEach(async () => {
    const withAccounts = tableNames.slice(0, tableNames.indexOf('role_permissions'));
    for (const name of withAccounts) await tables.run(`DELETE FROM ${name}`);
  });

  /** Starts, does something, and stops. */
  async function during<T>(
    settings: Record<string, string>,
    act: (auth: AuthApi) => Promise<T>,
    adjust?: typeof inProduction,
  ) {
    const auth = await startAuth({ ...database.settings(), ...settings }, adjust ? { adjust } : {});
    try {
      return await act(auth);
    } finally {
      await auth.stop();
    }
  }

  describe('with ADMIN_EMAIL and ADMIN_PASSWORD', () => {
    test('makes the first admin once, and never overwrites it', async () => {
      const logIn = (auth: AuthApi) => auth.logIn('ops@example.com', 'a good password');
      const { status, body } = await during(adminSettings, logIn);
      expect([status, body.user?.roles, body.user?.name]).toEqual([200, ['admin'], 'Administrator']);
      const before = await tables.rows('SELECT * FROM users');
      expect(before).toHaveLength(1);
      const other = { ADMIN_EMAIL: 'ops@EXAMPLE.com', ADMIN_PASSWORD: 'another password' };
      expect((await during(other, logIn)).status).toBe(200);
      expect(await tables.rows('SELECT * FROM users')).toEqual(before);
    });

    test('leaves an account with that address as it is', async () => {
      await during({}, (auth) => auth.register({ email: 'ops@example.com' }));
      const { body } = await during(adminSettings, (auth) => auth.logIn('ops@example.com', testPassword));
      expect(body.user?.roles).toEqual(['user']);
    });
  });

  describe('the demo accounts', () => {
    test('are there, one for each role, with the documented password', async () => {
      const answers = await during({ DEMO_ACCOUNTS: 'on' }, (auth) =>
        Promise.all(demoAccounts.map(({ email }) => auth.logIn(email, demoPassword))),
      );
      expect(answers.map(({ body }) => [body.user?.email, body.user?.roles])).toEqual(
        demoAccounts.map(({ email, role }) => [email, [role]]),
      );
    });

    test('are disabled in production, and their sessions ended, as long as they have that password', async () => {
      const [admin, support, demo] = demoAccounts.map(({ email }) => email);
      const refreshToken = await during({ DEMO_ACCOUNTS: 'on' }, async (auth) => {
        const { body } = await auth.logIn(admin, demoPassword);
        const { body: own } = await auth.register({ email: 'own@example.com' });
        await tables.run(
          'UPDATE users SET password_hash = (SELECT h FROM (SELECT password_hash AS h FROM users WHERE id = ?) x) WHERE email = ?',
          [own.user.id, String(demo)],
        );
        return String(body.refreshToken);
      });
      await during(
        adminSettings,
        async (auth) => {
          expect((await auth.logIn(admin, demoPassword)).status).toBe(401);
          expect((await auth.logIn(support, demoPassword)).status).toBe(401);
          expect((await auth.refresh(refreshToken)).status).toBe(401);
          expect((await auth.logIn(demo, testPassword)).status).toBe(200);
          expect((await auth.logIn('ops@example.com', 'a good password')).status).toBe(200);
        },
        (config) => inProduction({ ...config, firstAccounts: { ...config.firstAccounts, demoAccounts: false } }),
      );
      const disabled = await tables.rows(`SELECT email, version FROM users WHERE status = 'disabled' ORDER BY email`);
      expect(disabled).toEqual([
        { email: admin, version: 2 },
        { email: support, version: 2 },
      ]);
    });
  });

  describe('the built-in roles', () => {
    const allowed = async () => {
      const rows = await tables.rows('SELECT role_name, permission FROM role_permissions');
      return rows.map(({ role_name, permission }) => `${role_name} ${permission}`).toSorted();
    };
    const version = async () => (await tables.rows('SELECT version FROM roles_version'))[0]?.version;
    const intended = Object.entries(builtInRoles)
      .flatMap(([name, { permissions }]) => permissions.map((permission) => `${name} ${permission}`))
      .toSorted();

    test('stand as the code says, and stay untouched when nothing changed', async () => {
      expect(await allowed()).toEqual(intended);
      const before = await tables.everything();
      await during({}, async () => {});
      expect(await tables.everything()).toEqual(before);
    });

    test('are brought back to what the code says, which outdates older tokens; other roles stay', async () => {
      const versionBefore = Number(await version());
      await tables.run(`INSERT INTO role_permissions (role_name, permission) VALUES ('user', 'users:write')`);
      await tables.run(`DELETE FROM role_permissions WHERE role_name = 'support' AND permission = 'reports:read'`);
      await tables.run(`INSERT INTO roles VALUES ('crew', 'Own role', 1, 0, 0, NULL)`);
      await tables.run(`INSERT INTO role_permissions (role_name, permission) VALUES ('crew', 'flights:write')`);
      await during({}, async () => {});
      expect(await allowed()).toEqual(['crew flights:write', ...intended].toSorted());
      expect(await version()).toBe(versionBefore + 1);
      await tables.run(`DELETE FROM role_permissions WHERE role_name = 'crew'`);
      await tables.run(`DELETE FROM roles WHERE name = 'crew'`);
    });
  });

  describe('the signing key', () => {
    test('stays over a restart, so that tokens stay good', async () => {
      const { body } = await during({}, (auth) => auth.register());
      expect((await during({}, (auth) => auth.me(body.accessToken))).status).toBe(200);
    });

    test('is one, also when four processes find none and make one each', async () => {
      await tables.run('DELETE FROM signing_keys');
      const { sealing: sealingKey } = await deriveKeys(testKeysSecret);
      // Making a key takes far longer than looking for one, so all four have looked before the first is stored.
      const provided = await Promise.all(
        Array.from({ length: 4 }, () => provideSigningKey(tables.database, { sealingKey, nowMs: Date.now() })),
      );
      expect(await tables.rows('SELECT id, slot FROM signing_keys')).toEqual([{ id: provided[0]?.id, slot: 'active' }]);
      const [first, ...others] = provided.map(({ privateKey }) => privateKey);
      for (const other of others) expect(first?.equals(other)).toBe(true);
    });

    test('that was sealed with another secret keeps the service from starting, and says why', async () => {
      const settings = { ...database.settings(), KEYS_SECRET: 'some other secret of enough characters' };
      await expect(startAuth(settings)).rejects.toThrow(/signing key key_\w+ does not open with this KEYS_SECRET/);
    });

    test('is made anew when its row was deleted, and old access tokens end', async () => {
      const { body } = await during({}, (auth) => auth.register());
      await tables.run('DELETE FROM signing_keys');
      const settings = { KEYS_SECRET: 'some other secret of enough characters' };
      await during(settings, async (auth) => {
        expect((await auth.me(body.accessToken)).status).toBe(401);
        const refreshed = await auth.refresh(body.refreshToken);
        expect((await auth.me(refreshed.body.accessToken)).status).toBe(200);
      });
      await tables.run('DELETE FROM signing_keys');
    });
  });
});
