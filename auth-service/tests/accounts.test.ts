import { setTimeout as wait } from 'node:timers/promises';
import { signedIn, user as userSchema } from '@jetbridge/contracts/identity/routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, newEmail, openTables, startAuth, type Tables, testPassword } from './auth-api.ts';

describeOnEachDatabase('accounts', (database) => {
  let auth: AuthApi;
  let tables: Tables;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    tables = await openTables(database.settings());
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const usersWith = (email: string) => tables.rows('SELECT * FROM users WHERE email = ?', [email]);
  const eventsOf = async (userId: string) => {
    const rows = await tables.rows('SELECT type, envelope FROM outbox WHERE subject = ? ORDER BY id', [userId]);
    return rows.map(({ type, envelope }) => ({ type, data: JSON.parse(String(envelope)).data }));
  };

  describe('registering', () => {
    test('makes an account, signs it in, and tells of it in the same transaction', async () => {
      const { status, body, headers } = await auth.register({ email: 'Ada@Example.COM', name: 'Ada' });
      expect(status).toBe(201);
      expect(signedIn.strict().parse(body)).toEqual(body);
      expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
      expect(body.user).toMatchObject({ email: 'ada@example.com', name: 'Ada', roles: ['user'], status: 'active' });
      expect(body.user).toMatchObject({ emailVerified: false, version: 1 });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(await usersWith('ada@example.com')).toHaveLength(1);
      const data = { id: body.user.id, email: 'ada@example.com', name: 'Ada', version: 1 };
      expect(await eventsOf(body.user.id)).toEqual([
        { type: 'user.registered', data },
        {
          type: 'user.email_verification_requested',
          data: {
            verificationId: expect.stringMatching(/^vrf_/),
            userId: body.user.id,
            occasion: 'registration',
            version: 1,
          },
        },
      ]);
    });

    test('answers 409 to a taken address in any case of letters, and writes nothing', async () => {
      const email = newEmail();
      expect((await auth.register({ email })).status).toBe(201);
      const before = await tables.everything();
      const { status, body } = await auth.register({ email: email.toUpperCase(), password: 'another password' });
      expect(status).toBe(409);
      expect(body.code).toBe('email_taken');
      expect(await tables.everything()).toEqual(before);
    });

    test('gives an address that 20 register at once to one of them', async () => {
      const email = newEmail();
      const passwords = Array.from({ length: 20 }, (_, index) => `password number ${index}`);
      const answers = await Promise.all(passwords.map((password) => auth.register({ email, password })));
      const winners = answers.filter(({ status }) => status === 201);
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ status, body }) => status === 409 && body.code === 'email_taken')).toHaveLength(19);
      expect(await usersWith(email)).toHaveLength(1);
      expect(await eventsOf(winners[0]?.body.user.id)).toHaveLength(2);
      // From many places: ten wrong passwords from one would have it wait.
      const signIns = await Promise.all(
        passwords.map((password, index) => auth.logIn(email, password, `203.0.113.${index + 1}`)),
      );
      expect(signIns.map(({ status }) => status === 200)).toEqual(answers.map(({ status }) => status === 201));
    });

    test.each([
      '<script>alert(1)</script>',
      '{{7*7}}',
      '=HYPERLINK("http://x")',
      'first line\nsecond line',
      '\u202Eadnil',
      "Robert'); DROP TABLE users;--",
      ' Ada ',
      '🛫'.repeat(50),
    ])('keeps the name %j as it came', async (name) => {
      const registered = await auth.register({ name });
      expect(registered.status).toBe(201);
      expect((await auth.me(registered.body.accessToken)).body.name).toBe(name);
    });

    test.each(["o'brien+jfk@sub.example.com", 'a@b.co', `${'l'.repeat(64)}@${'d'.repeat(63)}.example.com`])(
      'takes the address %s',
      async (email) => {
        expect((await auth.register({ email })).body.user?.email).toBe(email);
        expect((await auth.logIn(email, testPassword)).status).toBe(200);
      },
    );
  });

  describe('signing in', () => {
    test('gives tokens, whatever the case of the address', async () => {
      const email = newEmail();
      const registered = await auth.register({ email });
      const { status, body } = await auth.logIn(email.toUpperCase(), testPassword);
      expect(status).toBe(200);
      expect(signedIn.strict().parse(body)).toEqual(body);
      expect(body.user).toEqual(registered.body.user);
      expect(body.refreshToken).not.toBe(registered.body.refreshToken);
    });

    test('remembers where the session is used from', async () => {
      const email = newEmail();
      const headers = { 'User-Agent': 'Terminal 5', 'X-Forwarded-For': '10.0.0.1, 203.0.113.7' };
      const { body: registered } = await auth.register({ email });
      await call(auth.url, 'POST /auth/login', { body: { email, password: testPassword }, headers });
      const sessions = await tables.rows('SELECT user_agent, address FROM sessions WHERE user_id = ? ORDER BY id', [
        registered.user.id,
      ]);
      expect(sessions[1]).toEqual({ user_agent: 'Terminal 5', address: '203.0.113.7' });
    });

    test('gives one same answer to unknown address, wrong password and disabled user, and writes nothing', async () => {
      const [email, disabled] = [newEmail(), newEmail()];
      await auth.register({ email });
      await auth.register({ email: disabled });
      await tables.run(`UPDATE users SET status = 'disabled' WHERE email = ?`, [disabled]);
      const before = await tables.everything();
      const answers = [
        await auth.logIn(newEmail(), testPassword),
        await auth.logIn(email, `${testPassword}!`),
        await auth.logIn(email, testPassword.toUpperCase()),
        await auth.logIn(email, ''),
        await auth.logIn(disabled, testPassword),
        await auth.logIn(`${email} `, testPassword),
        await auth.logIn('no address', testPassword),
        await auth.logIn('', testPassword),
        await auth.logIn(`" OR 1=1 --${email}`, testPassword),
      ];
      const [first] = answers;
      expect(first?.status).toBe(401);
      expect(first?.headers.get('www-authenticate')).toBe('Bearer');
      expect(first?.body.code).toBe('invalid_credentials');
      for (const { status, body } of answers) {
        expect({ status, ...body, requestId: '' }).toEqual({ status: 401, ...first?.body, requestId: '' });
      }
      // All that is written is that somebody tried.
      const { audit_log, ...rest } = await tables.everything();
      expect(audit_log).toHaveLength((before.audit_log?.length ?? 0) + answers.length);
      expect({ ...rest, audit_log: before.audit_log }).toEqual(before);
    });

    test('lets nobody in who is disabled while the password is compared', async () => {
      const email = newEmail();
      const slow = await startAuth({ ...database.settings(), BCRYPT_COST: '13' });
      const { body } = await slow.register({ email });
      const before = await tables.rows('SELECT id FROM sessions');
      const signIn = slow.logIn(email, testPassword);
      // By now the account was read, and comparing goes on for about half a second.
      await wait(30);
      await tables.run(`UPDATE users SET status = 'disabled' WHERE id = ?`, [body.user.id]);
      expect((await signIn).body.code).toBe('invalid_credentials');
      expect(await tables.rows('SELECT id FROM sessions')).toEqual(before);
      await slow.stop();
    });

    test('hashes the password anew when the cost has changed since', async () => {
      const email = newEmail();
      await auth.register({ email });
      const costly = await startAuth({ ...database.settings(), BCRYPT_COST: '5' });
      expect((await costly.logIn(email, testPassword)).status).toBe(200);
      await costly.stop();
      expect((await usersWith(email))[0]?.password_hash).toMatch(/^\$2b\$05\$/);
      expect((await auth.logIn(email, testPassword)).status).toBe(200);
    });
  });

  describe('passwords', () => {
    const longest = '🛫'.repeat(18);

    test('count up to 72 bytes, all of them', async () => {
      const [one, other] = [newEmail(), newEmail()];
      expect((await auth.register({ email: one, password: longest })).status).toBe(201);
      expect((await auth.register({ email: other, password: `${'x'.repeat(71)}1` })).status).toBe(201);
      expect((await auth.logIn(one, longest)).status).toBe(200);
      expect((await auth.logIn(one, `${'🛫'.repeat(17)}🛬`)).status).toBe(401);
      expect((await auth.logIn(other, `${'x'.repeat(71)}1`)).status).toBe(200);
      expect((await auth.logIn(other, `${'x'.repeat(71)}2`)).status).toBe(401);
    });

    test('of 73 bytes do not pass for their first 72', async () => {
      const email = newEmail();
      await auth.register({ email, password: longest });
      expect((await auth.logIn(email, `${longest}x`)).status).toBe(401);
    });
  });

  describe('the own profile', () => {
    test('is the account, with its version as the ETag', async () => {
      const { body } = await auth.register();
      const profile = await auth.me(body.accessToken);
      expect(profile.status).toBe(200);
      expect(userSchema.strict().parse(profile.body)).toEqual(body.user);
      expect(profile.headers.get('etag')).toBe('"1"');
      const headers = { 'If-None-Match': '"1"' };
      expect((await call(auth.url, 'GET /users/me', { token: body.accessToken, headers })).status).toBe(304);
    });

    test('is closed to a disabled user, whose access token has not ended yet', async () => {
      const { body } = await auth.register();
      await tables.run(`UPDATE users SET status = 'disabled' WHERE id = ?`, [body.user.id]);
      const { status, body: problem } = await auth.me(body.accessToken);
      expect([status, problem.code]).toEqual([401, 'token_outdated']);
    });

    test('needs a token', async () => {
      const { status, body, headers } = await auth.me();
      expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'token_missing', 'Bearer']);
    });
  });

  test('nothing secret is stored as it is', async () => {
    const { body } = await auth.register();
    const { body: refreshed } = await auth.refresh(body.refreshToken);
    const stored = JSON.stringify(await tables.everything());
    expect(stored).toContain(body.user.id);
    for (const secret of [testPassword, body.refreshToken, refreshed.refreshToken, body.accessToken, 'PRIVATE KEY']) {
      expect(stored).not.toContain(secret);
    }
  });

  test('more sign-ins than may wait are told to come back, without effect', async () => {
    const narrow = await startAuth({ ...database.settings(), BCRYPT_COST: '12', PASSWORD_QUEUE: '1' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => narrow.logIn(newEmail(), testPassword)));
    await narrow.stop();
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 401).length).toBe(12 - refused.length);
    expect(refused[0]?.body).toMatchObject({ code: 'service_unavailable', effect: 'none' });
    expect(refused[0]?.headers.get('retry-after')).toBe('2');
  });
});
