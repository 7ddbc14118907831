import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem } from './system.ts';

const password = 'correct horse battery';
const newPassword = 'staple battery horse';

/** With patience for events and mails on a machine that does other things as well. */
const soon = <T>(assertion: () => T | Promise<T>) => eventually(assertion, { timeoutMs: 30_000 });

describe('accounts, through the gateway', () => {
  let system: System;
  beforeAll(async () => {
    // Tests give requests the addresses of many clients, as a proxy in front would.
    system = await startSystem({ TRUST_PROXY: '1', PUBLIC_URL: 'https://fly.example' });
  }, longestStartMs);
  afterAll(() => system?.stop());

  const ask: (
    ...given: Parameters<typeof checkedCall> extends [string, ...infer Rest] ? Rest : never
  ) => ReturnType<typeof checkedCall> = (...given) => checkedCall(system.api, ...given);
  const register = async (email: string) =>
    (await ask('POST /auth/register', { body: { email, password, name: 'Ada Lovelace' } })).body;
  const logIn = (email: unknown, given: unknown, from = '203.0.113.7') =>
    call(system.api, 'POST /auth/login', {
      body: { email, password: given },
      headers: { 'X-Forwarded-For': from },
    });
  /** The token in the newest mail to an address with such a subject. */
  const mailedToken = (to: string, subject: RegExp): Promise<string> =>
    soon(async () => {
      const { body } = await ask(`GET /sandbox/mails?to=${to}`);
      const mail = body.data.find((one: { subject: string }) => subject.test(one.subject));
      const [, token] = /https:\/\/fly\.example\/[\w-]+\?token=(\S+)/.exec(mail?.text ?? '') ?? [];
      if (token === undefined) throw new Error('No such mail has come.');
      return token;
    });

  async function book(token: string, email: string) {
    const date = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const found = await ask(`GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
    const placed = await ask('POST /bookings', {
      token,
      body: {
        flights: [{ flightId: found.body.data[0].id, cabin: 'economy' }],
        passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
        contact: { email },
        payment: { method: 'card', token: 'tok_visa' },
      },
    });
    expect(placed.status).toBe(201);
    return placed.body;
  }

  test('a welcome confirms the address; a forgotten password is set anew by mail, once', async () => {
    const email = 'welcome@example.com';
    await register(email);
    const welcome = await mailedToken(email, /^Welcome/);
    expect((await ask('POST /auth/email/verify', { body: { token: welcome } })).status).toBe(204);
    expect((await logIn(email, password)).body.user.emailVerified).toBe(true);

    expect((await ask('POST /auth/password/forgot', { body: { email } })).status).toBe(202);
    const token = await mailedToken(email, /new password/);
    const set = () => ask('POST /auth/password/reset', { body: { token, password: newPassword } });
    expect((await set()).status).toBe(204);
    expect((await set()).status).toBe(422);
    expect((await logIn(email, newPassword)).status).toBe(200);
    expect((await logIn(email, password)).status).toBe(401);
  });

  test.each([
    [{ email: {}, password: {} }, 422],
    [{ email: ['a@example.com'], password: ['x'] }, 422],
    [{ email: { $gt: '' }, password: { $gt: '' } }, 422],
    [{ email: 'a@example.com', password: null }, 422],
    [{ email: 'a@example.com' }, 422],
    ['[]', 422],
  ])('signing in with %j is %i, never 200', async (body, status) => {
    expect((await call(system.api, 'POST /auth/login', { body })).status).toBe(status);
  });

  test('signing in with a form is 415', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'email=a@example.com&email=b@example.com&password=x';
    const answer = await call(system.api, 'POST /auth/login', { body, headers });
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  test('two refreshes at once get the same successor; a used one later ends its family', async () => {
    const first = await register('tabs@example.com');
    const refresh = (refreshToken: string) => ask('POST /auth/refresh', { body: { refreshToken } });
    const [one, other] = await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.body.refreshToken).toBe(other.body.refreshToken);
    const second = await refresh(one.body.refreshToken);
    expect(second.status).toBe(200);
    const reused = await refresh(first.refreshToken);
    expect([reused.status, reused.body.code]).toEqual([401, 'refresh_token_reused']);
    expect((await refresh(second.body.refreshToken)).status).toBe(401);
  });

  test('a changed password ends the other sessions at once', async () => {
    const email = 'changed@example.com';
    const { accessToken } = await register(email);
    const { body: other } = await logIn(email, password);
    const changed = await ask('POST /users/me/password', {
      token: accessToken,
      body: { currentPassword: password, newPassword },
    });
    expect(changed.status).toBe(204);
    const refreshed = await ask('POST /auth/refresh', { body: { refreshToken: other.refreshToken } });
    expect(refreshed.status).toBe(401);
    expect((await logIn(email, password)).status).toBe(401);
  });

  test('passwords count in bytes: 19 emoji are too long, and 72 bytes count to the last', async () => {
    const take = (email: string, given: string) =>
      ask('POST /auth/register', { body: { email, password: given, name: 'Ada' } });
    const tooLong = await take('emoji@example.com', '🛫'.repeat(19));
    expect([tooLong.status, tooLong.body.errors]).toMatchObject([422, [{ pointer: '/password', code: 'too_long' }]]);
    const longest = `${'x'.repeat(68)}🛫`;
    expect((await take('bytes@example.com', longest)).status).toBe(201);
    expect((await logIn('bytes@example.com', `${'x'.repeat(68)}🛬`)).status).toBe(401);
    expect((await logIn('bytes@example.com', longest)).status).toBe(200);
  });

  test('1,000 wrong sign-ins from 1,000 addresses are throttled, and the owner still gets in', async () => {
    const email = 'owner@example.com';
    await register(email);
    expect((await logIn(email, password, '203.0.113.9')).status).toBe(200);
    const guess = async (of: string, net: number) => {
      const statuses: number[] = [];
      for (let next = 0; next < 1_000; next += 50) {
        const from = Array.from(
          { length: 50 },
          (_, index) => `10.${net}.${(next + index) >> 8}.${(next + index) & 255}`,
        );
        statuses.push(...(await Promise.all(from.map((one) => logIn(of, 'a guess', one)))).map(({ status }) => status));
      }
      return Object.fromEntries([401, 429].map((status) => [status, statuses.filter((one) => one === status).length]));
    };
    const known = await guess(email, 1);
    // A window may have ended in between; then as many again were looked at.
    expect([50, 100]).toContain(known[401]);
    expect(Number(known[401]) + Number(known[429])).toBe(1_000);
    expect((await logIn(email, password, '203.0.113.9')).status).toBe(200);
    const unknown = await guess('nobody@example.com', 2);
    expect([50, 100]).toContain(unknown[401]);
  }, 120_000);

  test.each([
    'ada@example.com\r\nBcc: eve@example.com',
    '"ada lovelace"@example.com',
    'ada(comment)@example.com',
    'Team:ada@example.com,eve@example.com;',
    'ada@example.com,eve@example.com',
    'ada@example.com eve@example.com',
    'Ada <ada@example.com>',
  ])('the address %j is refused and gets no mail', async (email) => {
    const registered = await ask('POST /auth/register', { body: { email, password, name: 'Ada' } });
    expect([registered.status, registered.body.errors[0].pointer]).toEqual([422, '/email']);
    expect((await ask('POST /auth/password/forgot', { body: { email } })).status).toBe(202);
  });

  test(
    'everything that is held on somebody comes in one document, or not at all',
    async () => {
      const email = 'exported@example.com';
      const { accessToken: token, user } = await register(email);
      const booking = await book(token, email);
      await soon(async () => {
        const { status, body } = await ask('GET /users/me/export', { token });
        expect(status).toBe(200);
        expect(body.account.user).toEqual(user);
        expect(body.account.sessions).toHaveLength(1);
        expect(body.account.activity.at(-1)).toMatchObject({ action: 'user.registered', email });
        expect(body.waitlist).toEqual([]);
        expect(body.bookings).toMatchObject([{ id: booking.id, history: [{ action: 'placed' }] }]);
        const kinds = body.reminders.map(({ kind }: { kind: string }) => kind).toSorted();
        expect(kinds).toEqual(['booking_confirmed', 'departure_24h', 'departure_2h', 'welcome']);
        expect(body.notificationPreferences.kinds).toMatchObject({ departure_24h: true, departure_2h: true });
      });
      await system.kill('reminder-service');
      const half = await call(system.api, 'GET /users/me/export', { token });
      expect([half.status, half.body.code]).toEqual([503, 'service_unavailable']);
      await system.start('reminder-service');
      await system.untilReady();
    },
    longestStartMs,
  );

  test('a deleted account is gone everywhere, and its bookings stay in the books', async () => {
    const email = 'leaving@example.com';
    const { accessToken: token, refreshToken } = await register(email);
    const booking = await book(token, email);
    expect((await ask(`POST /bookings/${booking.id}/cancel`, { token })).status).toBe(200);
    expect((await ask('DELETE /users/me', { token })).status).toBe(204);
    expect((await ask('GET /users/me', { token })).status).toBe(401);
    expect((await ask('POST /auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect((await logIn(email, password)).status).toBe(401);
    const { body: admin } = await logIn('admin@example.com', 'a password for tests');
    const kept = await ask(`GET /bookings/${booking.id}`, { token: admin.accessToken });
    expect(kept.body).toMatchObject({ reference: booking.reference, total: booking.total, status: 'cancelled' });
  });
});
