import { mailSecret } from '@jetbridge/contracts/identity/internal.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthApi,
  askMailToken,
  manualClock,
  newEmail,
  openTables,
  startAuth,
  type Tables,
  testPassword,
} from './auth-api.ts';

const newPassword = 'staple battery horse';
const minuteMs = 60_000;

describeOnEachDatabase('getting back into an account', (database) => {
  const clock = manualClock();
  let auth: AuthApi;
  let tables: Tables;
  beforeAll(async () => {
    auth = await startAuth(database.settings(), { clock });
    tables = await openTables(database.settings());
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const forgot = (email: unknown) => call(auth.url, 'POST /auth/password/forgot', { body: { email } });
  const reset = (token: unknown, password: unknown = newPassword) =>
    call(auth.url, 'POST /auth/password/reset', { body: { token, password } });
  const verify = (token: unknown) => call(auth.url, 'POST /auth/email/verify', { body: { token } });
  const eventsOf = async (userId: string, type: string) => {
    const rows = await tables.rows('SELECT envelope FROM outbox WHERE subject = ? AND type = ? ORDER BY id', [
      userId,
      type,
    ]);
    return rows.map(({ envelope }) => JSON.parse(String(envelope)));
  };
  const forgottenAreAnswered = () =>
    eventually(async () => expect(await tables.rows('SELECT * FROM forgotten_passwords')).toEqual([]));

  /** Forgets the password of an account and returns the id that the event told of. */
  async function requestReset(user: { id: string; email: string }): Promise<string> {
    const before = (await eventsOf(user.id, 'user.password_reset_requested')).length;
    expect((await forgot(user.email)).status).toBe(202);
    return eventually(async () => {
      const events = await eventsOf(user.id, 'user.password_reset_requested');
      expect(events).toHaveLength(before + 1);
      return events.at(-1)?.data.resetId;
    });
  }
  const tokenOf = async (kind: 'password-resets' | 'email-verifications', id: string): Promise<string> => {
    const { status, body } = await askMailToken(auth, kind, id);
    if (status !== 200) throw new Error(`The token was answered with ${status} ${body.code}.`);
    return body.token;
  };
  const verificationOf = async (userId: string): Promise<string> =>
    (await eventsOf(userId, 'user.email_verification_requested')).at(-1)?.data.verificationId;

  describe('by a forgotten password', () => {
    test('sets another one with the mailed token, once, and ends all sessions', async () => {
      const { body } = await auth.register();
      const { email } = body.user;
      const token = await tokenOf('password-resets', await requestReset(body.user));
      expect((await reset(token)).status).toBe(204);
      expect((await auth.logIn(email, testPassword)).status).toBe(401);
      const signedIn = await auth.logIn(email, newPassword);
      expect(signedIn.body.user).toMatchObject({ emailVerified: true, version: 2 });
      expect((await auth.refresh(body.refreshToken)).status).toBe(401);
      const again = await reset(token, 'yet another password');
      expect(again.status).toBe(422);
      expect(again.body.errors).toMatchObject([{ pointer: '/token', code: 'mail_token_invalid' }]);
      expect((await auth.logIn(email, newPassword)).status).toBe(200);
    });

    test('has one of twenty at once with the same token go through', async () => {
      const { body } = await auth.register();
      const token = await tokenOf('password-resets', await requestReset(body.user));
      const passwords = Array.from({ length: 20 }, (_, index) => `password number ${index}`);
      const answers = await Promise.all(passwords.map((password) => reset(token, password)));
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      const winner = passwords[answers.findIndex(({ status }) => status === 204)];
      expect((await auth.logIn(body.user.email, winner)).status).toBe(200);
    });

    test('answers alike for an address without an account, with a disabled one, and for no address', async () => {
      const { body } = await auth.register();
      await tables.run(`UPDATE users SET status = 'disabled' WHERE id = ?`, [body.user.id]);
      const answers = await Promise.all([newEmail(), body.user.email, 'no address', ''].map(forgot));
      expect(answers.map(({ status, body: text }) => [status, text])).toEqual(answers.map(() => [202, '']));
      await forgottenAreAnswered();
      expect(
        await tables.rows(`SELECT * FROM mail_requests WHERE purpose = 'password_reset' AND user_id = ?`, [
          body.user.id,
        ]),
      ).toEqual([]);
    });

    test('tells of ids alone, with the request that asked', async () => {
      const { body } = await auth.register();
      const resetId = await requestReset(body.user);
      const [event] = await eventsOf(body.user.id, 'user.password_reset_requested');
      expect(event.data).toEqual({ resetId, userId: body.user.id, version: 1 });
      expect(event.requestid).toMatch(/^req_/);
    });

    test('keeps no token in clear, and gives the same one to a mail that goes twice', async () => {
      const { body } = await auth.register({ name: 'Ada' });
      const resetId = await requestReset(body.user);
      const answer = await askMailToken(auth, 'password-resets', resetId);
      expect(mailSecret.strict().parse(answer.body)).toMatchObject({ email: body.user.email, name: 'Ada' });
      expect(await tokenOf('password-resets', resetId)).toBe(answer.body.token);
      expect(JSON.stringify(await tables.everything())).not.toContain(answer.body.token);
    });

    test('ends 30 minutes after the mail was sent', async () => {
      const { body } = await auth.register();
      const token = await tokenOf('password-resets', await requestReset(body.user));
      clock.advanceMs(30 * minuteMs);
      expect((await reset(token)).status).toBe(422);
      const { body: other } = await auth.register();
      const inTime = await tokenOf('password-resets', await requestReset(other.user));
      clock.advanceMs(30 * minuteMs - 1);
      expect((await reset(inTime)).status).toBe(204);
    });

    test('sends no more than three mails an hour to an account', async () => {
      const { body } = await auth.register();
      for (let sent = 0; sent < 3; sent++) await requestReset(body.user);
      await forgot(body.user.email);
      await forgottenAreAnswered();
      expect(await eventsOf(body.user.id, 'user.password_reset_requested')).toHaveLength(3);
    });

    test.each([
      ['password123', 'password_too_common'],
      ['short', 'too_short'],
    ])('refuses the password %s and leaves the token good', async (password, code) => {
      const { body } = await auth.register();
      const token = await tokenOf('password-resets', await requestReset(body.user));
      expect((await reset(token, password)).body.errors).toMatchObject([{ pointer: '/password', code }]);
      expect((await reset(token)).status).toBe(204);
    });

    test('gives no token to whoever is no service, for a foreign id, or for another purpose', async () => {
      const { body } = await auth.register();
      const resetId = await requestReset(body.user);
      const path = `/internal/password-resets/${resetId}/token` as const;
      expect((await call(auth.url, `POST ${path}`)).status).toBe(401);
      expect((await call(auth.url, `POST ${path}`, { token: body.accessToken })).status).toBe(401);
      expect((await askMailToken(auth, 'password-resets', 'rst_unknown')).status).toBe(404);
      expect((await askMailToken(auth, 'email-verifications', resetId)).status).toBe(404);
      const token = await tokenOf('email-verifications', await verificationOf(body.user.id));
      expect((await reset(token)).status).toBe(422);
    });

    test('is over when the password is changed meanwhile', async () => {
      const { body } = await auth.register();
      const resetId = await requestReset(body.user);
      const token = await tokenOf('password-resets', resetId);
      await call(auth.url, 'POST /users/me/password', {
        token: body.accessToken,
        body: { currentPassword: testPassword, newPassword: 'chosen meanwhile' },
      });
      expect((await reset(token)).status).toBe(422);
      expect((await askMailToken(auth, 'password-resets', resetId)).status).toBe(404);
    });
  });

  describe('confirming the address', () => {
    test('works once with the token that was mailed at registering', async () => {
      const { body } = await auth.register();
      const token = await tokenOf('email-verifications', await verificationOf(body.user.id));
      expect((await verify(token)).status).toBe(204);
      const { body: signedIn } = await auth.logIn(body.user.email, testPassword);
      expect(signedIn.user).toMatchObject({ emailVerified: true, version: 2 });
      expect((await verify(token)).body.errors).toMatchObject([{ pointer: '/token', code: 'mail_token_invalid' }]);
    });

    test('is asked for anew when the first mail is lost, and not when it is done', async () => {
      const { body } = await auth.register();
      const resend = () => call(auth.url, 'POST /users/me/email-verification', { token: body.accessToken });
      expect((await resend()).status).toBe(202);
      const events = await eventsOf(body.user.id, 'user.email_verification_requested');
      expect(events.map(({ data }) => data.occasion)).toEqual(['registration', 'on_request']);
      await verify(await tokenOf('email-verifications', await verificationOf(body.user.id)));
      expect((await resend()).status).toBe(202);
      expect(await eventsOf(body.user.id, 'user.email_verification_requested')).toHaveLength(2);
    });

    test('of an address that was left is not possible any more', async () => {
      const { body } = await auth.register();
      const token = await tokenOf('email-verifications', await verificationOf(body.user.id));
      const change = { email: newEmail(), currentPassword: testPassword };
      await call(auth.url, 'PATCH /users/me', { token: body.accessToken, body: change });
      expect((await verify(token)).status).toBe(422);
      expect((await auth.me(body.accessToken)).body.emailVerified).toBe(false);
    });
  });

  test('what nobody waits for any more is deleted after a day', async () => {
    const { body } = await auth.register();
    const verification = await verificationOf(body.user.id);
    clock.advanceMs(24 * 60 * minuteMs + 1);
    expect((await askMailToken(auth, 'email-verifications', verification)).status).toBe(404);
  });
});
