import { signedIn } from '@jetbridge/contracts/identity/routes.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineModels } from '../src/db/models.ts';
import { purgeSessions } from '../src/use-cases/purge-sessions.ts';
import { type AuthApi, manualClock, openTables, startAuth, type Tables } from './auth-api.ts';

const dayMs = 86_400_000;

describeOnEachDatabase('sessions', (database) => {
  const clock = manualClock();
  let auth: AuthApi;
  let other: AuthApi;
  let tables: Tables;
  beforeAll(async () => {
    auth = await startAuth(database.settings(), { clock });
    other = await startAuth(database.settings(), { clock });
    tables = await openTables(database.settings());
  });
  afterAll(async () => {
    await auth?.stop();
    await other?.stop();
    await tables?.close();
  });

  const signUp = async () => {
    const { body } = await auth.register();
    return { userId: String(body.user.id), token: String(body.refreshToken) };
  };
  const tokensOf = (userId: string) =>
    tables.rows(
      `SELECT generation, used_at_ms FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
       WHERE s.user_id = ? ORDER BY generation`,
      [userId],
    );
  const endOf = async (userId: string) =>
    (await tables.rows('SELECT end_reason FROM sessions WHERE user_id = ?', [userId]))[0]?.end_reason;

  describe('refreshing', () => {
    test('replaces the refresh token and gives a new access token for the same session', async () => {
      const { body } = await auth.register();
      clock.advanceMs(1_000);
      const refreshed = await auth.refresh(body.refreshToken);
      expect(refreshed.status).toBe(200);
      expect(signedIn.strict().parse(refreshed.body)).toEqual(refreshed.body);
      expect(refreshed.headers.get('cache-control')).toBe('no-store');
      expect(refreshed.body.user).toEqual(body.user);
      expect(refreshed.body.refreshToken).not.toBe(body.refreshToken);
      expect(refreshed.body.accessToken).not.toBe(body.accessToken);
      expect(sessionIdIn(refreshed.body.accessToken)).toBe(sessionIdIn(body.accessToken));
      expect((await auth.me(refreshed.body.accessToken)).status).toBe(200);
    });

    test('goes on from token to token', async () => {
      const { userId, token } = await signUp();
      let last = token;
      for (let round = 0; round < 5; round++) {
        clock.advanceMs(60_000);
        const { status, body } = await auth.refresh(last);
        expect(status).toBe(200);
        last = body.refreshToken;
      }
      expect((await tokensOf(userId)).map(({ used_at_ms }) => used_at_ms === null)).toEqual([
        false,
        false,
        false,
        false,
        false,
        true,
      ]);
    });

    test('20 times at once, at two processes, gives everyone the same successor', async () => {
      const { userId, token } = await signUp();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? auth : other).refresh(token)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
      expect(await tokensOf(userId)).toEqual([
        { generation: 1, used_at_ms: clock.nowMs() },
        { generation: 2, used_at_ms: null },
      ]);
      expect((await auth.refresh(answers[0]?.body.refreshToken)).status).toBe(200);
    });

    test('takes over what changed in the account meanwhile', async () => {
      const { userId, token } = await signUp();
      await tables.run(`INSERT INTO user_roles (user_id, role_name) VALUES (?, 'support')`, [userId]);
      const { body } = await auth.refresh(token);
      expect(body.user.roles).toEqual(['support', 'user']);
      expect(claimsIn(body.accessToken).permissions).toContain('bookings:read:any');
    });

    test.each([
      ['an unknown token', `rt_${'A'.repeat(43)}`],
      ['an empty string', ''],
      ['something else', "' OR ''='"],
    ])('answers 401 to %s', async (_name, token) => {
      const { status, body, headers } = await auth.refresh(token);
      expect([status, body.code]).toEqual([401, 'invalid_refresh_token']);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    });

    test('answers 401 to an access token', async () => {
      const { body } = await auth.register();
      expect((await auth.refresh(body.accessToken.slice(0, 900))).status).toBe(401);
    });

    test('answers 401 to a user who was disabled', async () => {
      const { userId, token } = await signUp();
      await tables.run(`UPDATE users SET status = 'disabled' WHERE id = ?`, [userId]);
      expect((await auth.refresh(token)).body.code).toBe('invalid_refresh_token');
    });

    test('answers 401 after 90 days, however often it was refreshed', async () => {
      const { token } = await signUp();
      clock.advanceMs(90 * dayMs - 1);
      const { status, body } = await auth.refresh(token);
      expect(status).toBe(200);
      clock.advanceMs(1);
      expect((await auth.refresh(body.refreshToken)).body.code).toBe('invalid_refresh_token');
    });
  });

  describe('a refresh token that was used before', () => {
    test('still gets its successor after 10 seconds, and gives it no longer life', async () => {
      const { userId, token } = await signUp();
      const first = await auth.refresh(token);
      clock.advanceMs(10_000);
      const second = await other.refresh(token);
      expect(second.status).toBe(200);
      expect(second.body.refreshToken).toBe(first.body.refreshToken);
      expect((await tokensOf(userId)).map(({ generation }) => generation)).toEqual([1, 2]);
      expect(await endOf(userId)).toBeNull();
    });

    test('ends the whole session after that', async () => {
      const { userId, token } = await signUp();
      const { body } = await auth.refresh(token);
      clock.advanceMs(10_001);
      const reused = await auth.refresh(token);
      expect([reused.status, reused.body.code]).toEqual([401, 'refresh_token_reused']);
      expect(reused.headers.get('www-authenticate')).toBe('Bearer');
      expect(await endOf(userId)).toBe('refresh_token_reused');
      for (const dead of [body.refreshToken, token]) {
        const answer = await other.refresh(dead);
        expect([answer.status, answer.body.code]).toEqual([401, 'refresh_token_reused']);
      }
      expect(await tokensOf(userId)).toHaveLength(2);
    });

    test('ends the session at once when its successor was used as well', async () => {
      const { userId, token } = await signUp();
      const { body } = await auth.refresh(token);
      const { body: third } = await auth.refresh(body.refreshToken);
      expect((await auth.refresh(token)).body.code).toBe('refresh_token_reused');
      expect((await auth.refresh(third.refreshToken)).status).toBe(401);
      expect(await endOf(userId)).toBe('refresh_token_reused');
    });

    test('ends no other session of the same user', async () => {
      const email = 'two-devices@example.com';
      const { body: phone } = await auth.register({ email });
      const { body: laptop } = await auth.logIn(email, 'correct horse battery');
      await auth.refresh(phone.refreshToken);
      clock.advanceMs(10_001);
      expect((await auth.refresh(phone.refreshToken)).status).toBe(401);
      expect((await auth.refresh(laptop.refreshToken)).status).toBe(200);
    });
  });

  describe('signing out', () => {
    test('ends the session of the token', async () => {
      const { userId, token } = await signUp();
      const { status, body } = await auth.logOut(token);
      expect([status, body]).toEqual([204, '']);
      expect(await endOf(userId)).toBe('signed_out');
      expect((await auth.refresh(token)).body.code).toBe('invalid_refresh_token');
    });

    test('ends it also by a token that was replaced since', async () => {
      const { userId, token } = await signUp();
      const { body } = await auth.refresh(token);
      expect((await auth.logOut(token)).status).toBe(204);
      expect(await endOf(userId)).toBe('signed_out');
      expect((await auth.refresh(body.refreshToken)).status).toBe(401);
    });

    test('twice, or with an unknown token, changes nothing', async () => {
      const { token } = await signUp();
      await auth.logOut(token);
      const before = await tables.everything();
      clock.advanceMs(1_000);
      for (const again of [token, `rt_${'B'.repeat(43)}`, '']) expect((await auth.logOut(again)).status).toBe(204);
      expect(await tables.everything()).toEqual(before);
    });

    test('at the same moment as refreshing leaves no way back in', async () => {
      for (let round = 0; round < 5; round++) {
        const { token } = await signUp();
        const [refreshed, signedOut] = await Promise.all([auth.refresh(token), other.logOut(token)]);
        expect(signedOut.status).toBe(204);
        const left = refreshed.status === 200 ? refreshed.body.refreshToken : token;
        expect((await auth.refresh(left)).status).toBe(401);
      }
    });
  });

  test('a week after their end sessions are deleted with their tokens, and no others', async () => {
    const [ended, living] = [await signUp(), await signUp()];
    await auth.refresh(ended.token);
    await auth.logOut(ended.token);
    const parts = { database: tables.database, models: defineModels(tables.database.sequelize), clock };
    const purgeAll = async () => {
      while ((await purgeSessions(parts)) > 0);
    };
    clock.advanceMs(7 * dayMs);
    await purgeAll();
    expect(await tokensOf(ended.userId)).toHaveLength(2);
    clock.advanceMs(1);
    await purgeAll();
    expect(await tokensOf(ended.userId)).toEqual([]);
    expect(await endOf(ended.userId)).toBeUndefined();
    expect((await auth.refresh(living.token)).status).toBe(200);
  });
});

function claimsIn(accessToken: string) {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const sessionIdIn = (accessToken: string): string => claimsIn(accessToken).sid;
