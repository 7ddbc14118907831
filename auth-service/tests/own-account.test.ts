import { session as sessionSchema } from '@jetbridge/contracts/identity/account-routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, newEmail, openTables, startAuth, type Tables, testPassword } from './auth-api.ts';

const newPassword = 'staple battery horse';

describeOnEachDatabase('the own account', (database) => {
  let auth: AuthApi;
  let tables: Tables;
  beforeAll(async () => {
    auth = await startAuth({
      ...database.settings(),
      ADMIN_EMAIL: 'admin@example.com',
      ADMIN_PASSWORD: 'a password for tests',
    });
    tables = await openTables(database.settings());
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const change = (token: string, body: unknown, headers = {}) =>
    call(auth.url, 'PATCH /users/me', { token, body, headers });
  const changePassword = (token: string, body: unknown) => call(auth.url, 'POST /users/me/password', { token, body });
  const deleteMe = (token: string) => call(auth.url, 'DELETE /users/me', { token });
  const userRow = async (id: string) => (await tables.rows('SELECT * FROM users WHERE id = ?', [id]))[0];
  const eventsOf = async (id: string, type: string) => {
    const rows = await tables.rows('SELECT envelope FROM outbox WHERE subject = ? AND type = ?', [id, type]);
    return rows.map(({ envelope }) => JSON.parse(String(envelope)).data);
  };

  describe('changing name and address', () => {
    test('takes another name, raises the version and tells of it', async () => {
      const { body } = await auth.register();
      const changed = await change(body.accessToken, { name: 'Ada King' });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ ...body.user, name: 'Ada King', version: 2, updatedAt: expect.any(String) });
      expect(changed.headers.get('etag')).toBe('"2"');
      const { id, email } = body.user;
      expect(await eventsOf(id, 'user.updated')).toEqual([{ id, email, name: 'Ada King', version: 2 }]);
    });

    test('writes nothing when nothing becomes another', async () => {
      const { body } = await auth.register();
      const before = await userRow(body.user.id);
      expect((await change(body.accessToken, { name: body.user.name })).body).toEqual(body.user);
      expect((await change(body.accessToken, {})).status).toBe(200);
      expect(await userRow(body.user.id)).toEqual(before);
    });

    test('heeds If-Match', async () => {
      const { body } = await auth.register();
      const stale = await change(body.accessToken, { name: 'Other' }, { 'If-Match': '"7"' });
      expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
      expect((await change(body.accessToken, { name: 'Other' }, { 'If-Match': 'W/x' })).status).toBe(400);
      expect((await change(body.accessToken, { name: 'Other' }, { 'If-Match': '"1"' })).status).toBe(200);
    });

    test('takes another address for the password alone, and has it confirmed anew', async () => {
      const { body } = await auth.register();
      const email = newEmail();
      const missing = await change(body.accessToken, { email });
      expect(missing.status).toBe(422);
      expect(missing.body.errors).toMatchObject([{ pointer: '/currentPassword', code: 'required' }]);
      const wrong = await change(body.accessToken, { email, currentPassword: 'not it' });
      expect(wrong.body.errors).toMatchObject([{ pointer: '/currentPassword', code: 'wrong_password' }]);
      expect(await userRow(body.user.id)).toMatchObject({ email: body.user.email });

      const changed = await change(body.accessToken, { email: email.toUpperCase(), currentPassword: testPassword });
      expect(changed.body).toMatchObject({ email, emailVerified: false });
      expect(await eventsOf(body.user.id, 'user.email_verification_requested')).toMatchObject([
        { occasion: 'registration' },
        { occasion: 'on_request' },
      ]);
      expect((await auth.logIn(email, testPassword)).status).toBe(200);
      expect((await auth.logIn(body.user.email, testPassword)).status).toBe(401);
    });

    test('refuses an address that somebody else has', async () => {
      const { body: other } = await auth.register();
      const { body } = await auth.register();
      const answer = await change(body.accessToken, { email: other.user.email, currentPassword: testPassword });
      expect([answer.status, answer.body.code]).toEqual([409, 'email_taken']);
      expect(await userRow(body.user.id)).toMatchObject({ email: body.user.email, version: 1 });
    });

    test.each(['roles', 'status', 'id', 'version', 'emailVerified', 'passwordHash'])('refuses %s', async (field) => {
      const { body } = await auth.register();
      const answer = await change(body.accessToken, { [field]: 'admin' });
      expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code: 'unknown_field' }]);
    });
  });

  describe('changing the password', () => {
    test('needs the present one, ends the other sessions and raises the version', async () => {
      const { body } = await auth.register();
      const { email, id } = body.user;
      const { body: other } = await auth.logIn(email, testPassword);
      const answer = await changePassword(body.accessToken, { currentPassword: testPassword, newPassword });
      expect(answer.status).toBe(204);
      expect((await auth.logIn(email, testPassword)).status).toBe(401);
      expect((await auth.logIn(email, newPassword)).status).toBe(200);
      expect((await auth.refresh(other.refreshToken)).status).toBe(401);
      const refreshed = await auth.refresh(body.refreshToken);
      expect([refreshed.status, refreshed.body.user.version]).toEqual([200, 2]);
      expect(await eventsOf(id, 'user.updated')).toHaveLength(1);
    });

    test('is refused without the present one, and changes nothing', async () => {
      const { body } = await auth.register();
      const before = await userRow(body.user.id);
      const answer = await changePassword(body.accessToken, { currentPassword: 'not it', newPassword });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ pointer: '/currentPassword', code: 'wrong_password' }]);
      expect(await userRow(body.user.id)).toEqual(before);
    });

    test('of two at once with the same present one goes through for one', async () => {
      const { body } = await auth.register();
      const passwords = ['the first new one', 'the second new one'];
      const answers = await Promise.all(
        passwords.map((one) => changePassword(body.accessToken, { currentPassword: testPassword, newPassword: one })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 422]);
      const signIns = await Promise.all(passwords.map((one) => auth.logIn(body.user.email, one)));
      expect(signIns.map(({ status }) => status === 200)).toEqual(answers.map(({ status }) => status === 204));
    });
  });

  describe('new passwords', () => {
    const emoji = '🛫'.repeat(18);

    test.each([
      ['password123', 'password_too_common'],
      ['PassWord123', 'password_too_common'],
      ['short', 'too_short'],
      [`${emoji}x`, 'too_long'],
    ])('of the form %s are refused at registering and at changing: %s', async (password, code) => {
      const registered = await auth.register({ password });
      expect([registered.status, registered.body.errors]).toMatchObject([422, [{ pointer: '/password', code }]]);
      const { body } = await auth.register();
      const changed = await changePassword(body.accessToken, { currentPassword: testPassword, newPassword: password });
      expect([changed.status, changed.body.errors]).toMatchObject([422, [{ pointer: '/newPassword', code }]]);
    });

    test('that are the address are refused', async () => {
      const email = newEmail();
      const { body } = await auth.register({ email, password: email.toUpperCase() });
      expect(body.errors).toMatchObject([{ pointer: '/password', code: 'password_is_email' }]);
    });

    test('of 72 bytes are told apart to their last byte', async () => {
      const email = newEmail();
      const [one, other] = [`${'x'.repeat(68)}🛫`, `${'x'.repeat(68)}🛬`];
      expect((await auth.register({ email, password: one })).status).toBe(201);
      expect((await auth.logIn(email, other)).status).toBe(401);
      expect((await auth.logIn(email, `${one}y`)).status).toBe(401);
      expect((await auth.logIn(email, one)).status).toBe(200);
    });
  });

  describe('sessions', () => {
    const list = (token: string, query = '') => call(auth.url, `GET /users/me/sessions${query}`, { token });
    const end = (token: string, id: string) => call(auth.url, `DELETE /users/me/sessions/${id}`, { token });

    test('are listed with where they are used from, the newest first, in pages', async () => {
      const { body } = await auth.register();
      for (const from of ['203.0.113.7', '203.0.113.8']) await auth.logIn(body.user.email, testPassword, from);
      const { status, body: all } = await list(body.accessToken);
      expect(status).toBe(200);
      for (const one of all.data) expect(sessionSchema.strict().parse(one)).toEqual(one);
      expect(all.data.map(({ address }: { address: string }) => address)).toEqual(['203.0.113.8', '203.0.113.7', null]);
      expect(all.data.map(({ current }: { current: boolean }) => current)).toEqual([false, false, true]);
      const first = await list(body.accessToken, '?limit=2');
      const second = await list(body.accessToken, `?limit=2&cursor=${first.body.nextCursor}`);
      expect([...first.body.data, ...second.body.data]).toEqual(all.data);
      expect(second.body.nextCursor).toBeNull();
      const { body: stranger } = await auth.register();
      expect((await list(stranger.accessToken, `?cursor=${first.body.nextCursor}`)).status).toBe(400);
    });

    test('are ended one by one, and only by their own user', async () => {
      const { body } = await auth.register();
      const { body: other } = await auth.logIn(body.user.email, testPassword);
      const { body: stranger } = await auth.register();
      const [{ id }] = (await list(other.accessToken)).body.data;
      const foreign = await end(stranger.accessToken, id);
      expect([foreign.status, foreign.body.code]).toEqual([404, 'session_not_found']);
      expect((await end(body.accessToken, id)).status).toBe(204);
      expect((await end(body.accessToken, id)).status).toBe(404);
      expect((await auth.refresh(other.refreshToken)).status).toBe(401);
      expect((await auth.refresh(body.refreshToken)).status).toBe(200);
      expect((await list(body.accessToken)).body.data).toHaveLength(1);
    });
  });

  describe('deleting', () => {
    test('leaves nothing but the id, signs out everywhere and tells of it', async () => {
      const { body } = await auth.register({ name: 'Grace Hopper' });
      const { id, email } = body.user;
      await auth.logIn(email, testPassword, '198.51.100.77');
      expect((await deleteMe(body.accessToken)).status).toBe(204);
      const everything = JSON.stringify({ ...(await tables.everything()), outbox: [] });
      const personal = [email, 'Grace Hopper', '198.51.100.77'];
      expect(personal.filter((one) => everything.includes(one))).toEqual([]);
      expect(await userRow(id)).toMatchObject({ status: 'disabled', version: 2, password_hash: '' });
      expect(await tables.rows('SELECT * FROM sessions WHERE user_id = ? AND ended_at_ms IS NULL', [id])).toEqual([]);
      expect(await eventsOf(id, 'user.deleted')).toEqual([{ id, version: 2 }]);
      expect((await auth.logIn(email, testPassword)).status).toBe(401);
      expect((await auth.logIn(`${id}@deleted.invalid`, '')).status).toBe(401);
      expect((await auth.refresh(body.refreshToken)).status).toBe(401);
      const gone = await auth.me(body.accessToken);
      expect([gone.status, gone.body.code]).toEqual([401, 'token_outdated']);
      expect((await deleteMe(body.accessToken)).status).toBe(401);
    });

    test('frees the address for somebody new', async () => {
      const { body } = await auth.register();
      await deleteMe(body.accessToken);
      const again = await auth.register({ email: body.user.email });
      expect(again.status).toBe(201);
      expect(again.body.user.id).not.toBe(body.user.id);
    });

    test('is refused to the last administrator, also of two who leave at once', async () => {
      const makeAdmin = async () => {
        const { body } = await auth.register();
        await tables.run(`INSERT INTO user_roles (user_id, role_name) VALUES (?, 'admin')`, [body.user.id]);
        return body.accessToken as string;
      };
      const { body: first } = await auth.logIn('admin@example.com', 'a password for tests');
      const tokens = [first.accessToken, await makeAdmin(), await makeAdmin()];
      const answers = await Promise.all(tokens.map(deleteMe));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 204, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_admin');
      const left = `SELECT COUNT(*) AS count FROM user_roles WHERE role_name = 'admin'`;
      expect(Number((await tables.rows(left))[0]?.count)).toBe(1);
    });
  });
});
