import { user as userSchema } from '@jetbridge/contracts/identity/routes.ts';
import { role as roleSchema } from '@jetbridge/contracts/identity/staff-routes.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthApi,
  newEmail,
  openTables,
  type Person,
  personWith,
  startAuth,
  type Tables,
  testPassword,
} from './auth-api.ts';

type Request = Parameters<typeof call>[1];

describeOnEachDatabase('users and roles', (database) => {
  let auth: AuthApi;
  let tables: Tables;
  let admin: Person;
  /** May change users, but not much else. */
  let clerk: Person;
  let support: Person;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    tables = await openTables(database.settings());
    admin = await personWith(auth, tables, ['admin']);
    const permissions = ['users:read', 'users:write', 'roles:read', 'roles:write'];
    await as(admin, 'POST /roles', { name: 'clerk', description: 'Looks after accounts', permissions });
    clerk = await personWith(auth, tables, ['clerk']);
    support = await personWith(auth, tables, ['support']);
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const as = (person: Person, request: Request, body?: unknown, headers: Record<string, string> = {}) =>
    call(auth.url, request, { token: person.token, headers, ...(body === undefined ? {} : { body }) });
  const newUser = () => personWith(auth, tables, ['user']);
  const problemOf = ({ status, body }: Answer) => [status, body.code];
  const rolesOf = async (id: string) =>
    (await tables.rows('SELECT role_name FROM user_roles WHERE user_id = ? ORDER BY role_name', [id])).map(
      ({ role_name }) => role_name,
    );
  const entriesAbout = async (target: string) =>
    (await as(admin, `GET /audit-log?target=${target}`)).body.data as Record<string, unknown>[];

  /** Another token, because the permissions of roles have changed. */
  async function renew(person: Person): Promise<Person> {
    const { body } = await auth.logIn(person.email, testPassword);
    return { ...person, token: body.accessToken, refreshToken: body.refreshToken };
  }

  describe('reading users', () => {
    test('finds them by address in any case, by role and by status, page after page', async () => {
      const user = await newUser();
      const byEmail = await as(support, `GET /users?email=${user.email.toUpperCase()}`);
      expect(byEmail.status).toBe(200);
      expect(byEmail.body.data.map((one: unknown) => userSchema.strict().parse(one))).toMatchObject([
        { id: user.id, roles: ['user'] },
      ]);
      const byRole = await as(support, 'GET /users?role=support');
      expect(byRole.body.data.map(({ id }: Person) => id)).toEqual([support.id]);
      expect((await as(support, 'GET /users?status=disabled&role=support')).body.data).toEqual([]);

      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Answer = await as(support, `GET /users?limit=2${cursor && `&cursor=${cursor}`}`);
        expect(page.body.data.length).toBeLessThanOrEqual(2);
        seen.push(...page.body.data.map(({ id }: Person) => id));
        cursor = page.body.nextCursor;
      }
      const all = await tables.rows('SELECT id FROM users ORDER BY id');
      expect(seen).toEqual(all.map(({ id }) => id));
      const first = await as(support, 'GET /users?limit=1');
      const foreign = await as(support, `GET /users?status=active&limit=1&cursor=${first.body.nextCursor}`);
      expect(problemOf(foreign)).toEqual([400, 'invalid_cursor']);
    });

    test('answers one with its version as the ETag, and 404 for an unknown one', async () => {
      const user = await newUser();
      const { status, headers, body } = await as(support, `GET /users/${user.id}`);
      expect([status, headers.get('etag')]).toEqual([200, `"${body.version}"`]);
      expect(problemOf(await as(support, 'GET /users/usr_nobody'))).toEqual([404, 'user_not_found']);
    });

    test('is for who may: 403 for customers, before 404 and 422', async () => {
      const user = await newUser();
      for (const request of [
        'GET /users',
        'GET /users/nobody',
        'GET /users?nonsense=1',
        'PATCH /users/nobody',
        'DELETE /users/nobody',
        'PUT /users/nobody/roles',
        'GET /roles',
        'POST /roles',
        'PATCH /roles/nothing',
        'DELETE /roles/nothing',
        'GET /permissions',
        'GET /audit-log',
      ] as const) {
        expect([request, ...problemOf(await as(user, request))]).toEqual([request, 403, 'permission_missing']);
        expect([request, ...problemOf(await call(auth.url, request))]).toEqual([request, 401, 'token_missing']);
      }
      expect(problemOf(await as(support, `PATCH /users/${user.id}`, { name: 'X' }))).toEqual([
        403,
        'permission_missing',
      ]);
    });
  });

  describe('changing a user', () => {
    test('changes name and address, keeps their tokens good, and logs neither', async () => {
      const user = await newUser();
      const changed = await as(admin, `PATCH /users/${user.id}`, { name: 'Grace', email: 'Grace@Example.com' });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ name: 'Grace', email: 'grace@example.com', version: 2 });
      const [entry] = await entriesAbout(user.id);
      expect(entry).toMatchObject({ actor: admin.id, action: 'user.changed', after: { changed: ['name', 'email'] } });
      expect(JSON.stringify(entry)).not.toMatch(/grace/i);
      const [event] = await tables.rows("SELECT envelope FROM outbox WHERE subject = ? AND type = 'user.updated'", [
        user.id,
      ]);
      expect(JSON.parse(String(event?.envelope)).data).toMatchObject({ name: 'Grace', version: 2 });
    });

    test('is refused when others changed it since: 412, and a header that is no tag: 400', async () => {
      const user = await newUser();
      const change = (name: string, tag: string) => as(admin, `PATCH /users/${user.id}`, { name }, { 'If-Match': tag });
      expect((await change('First', '"1"')).status).toBe(200);
      expect(problemOf(await change('Second', '"1"'))).toEqual([412, 'stale']);
      expect(problemOf(await change('Third', 'nonsense'))).toEqual([400, 'bad_header']);
      expect((await as(admin, `GET /users/${user.id}`)).body.name).toBe('First');
    });

    test.each([{}, { roles: ['admin'] }, { status: 'deleted' }, { version: 9 }, { name: '' }, { id: 'usr_1' }, []])(
      'refuses %j with 422',
      async (body) => {
        const user = await newUser();
        expect((await as(admin, `PATCH /users/${user.id}`, body)).status).toBe(422);
      },
    );

    test('gives a taken address to nobody twice: 409', async () => {
      const [one, other] = [await newUser(), await newUser()];
      const answer = await as(admin, `PATCH /users/${one.id}`, { email: other.email });
      expect(problemOf(answer)).toEqual([409, 'email_taken']);
    });

    test('that disables them ends tokens and sessions within 5 s, and enabling lets them sign in again', async () => {
      const user = await newUser();
      expect((await auth.me(user.token)).status).toBe(200);
      expect((await as(clerk, `PATCH /users/${user.id}`, { status: 'disabled' })).body.status).toBe('disabled');
      await eventually(async () => expect(problemOf(await auth.me(user.token))).toEqual([401, 'token_outdated']), {
        timeoutMs: 5_000,
      });
      expect((await auth.refresh(user.refreshToken)).status).toBe(401);
      expect((await auth.logIn(user.email, testPassword)).status).toBe(401);
      expect((await as(clerk, `PATCH /users/${user.id}`, { status: 'active' })).status).toBe(200);
      expect((await auth.logIn(user.email, testPassword)).status).toBe(200);
    });

    test('who holds a permission that one lacks is refused in every way: 403, and nothing is written', async () => {
      const before = await tables.rows('SELECT * FROM users ORDER BY id');
      for (const target of [admin, support]) {
        const answers = [
          await as(clerk, `PATCH /users/${target.id}`, { status: 'disabled' }),
          await as(clerk, `DELETE /users/${target.id}`),
          await as(clerk, `PUT /users/${target.id}/roles`, { roles: ['user'] }),
        ];
        expect(answers.map(problemOf)).toEqual(Array.from({ length: 3 }, () => [403, 'permission_missing']));
      }
      expect(await tables.rows('SELECT * FROM users ORDER BY id')).toEqual(before);
    });

    test('goes by what the actor may now, not by what their token says', async () => {
      const former = await personWith(auth, tables, ['clerk']);
      const user = await newUser();
      await tables.run('DELETE FROM user_roles WHERE user_id = ?', [former.id]);
      const answer = await as(former, `PATCH /users/${user.id}`, { name: 'X' });
      expect(problemOf(answer)).toEqual([403, 'permission_missing']);
    });
  });

  describe('deleting a user', () => {
    test('leaves nothing but the id, tells others, and erases their addresses from the log', async () => {
      const user = await newUser();
      const email = newEmail();
      const change = { email, currentPassword: testPassword };
      expect((await as(user, 'PATCH /users/me', change)).status).toBe(200);
      await auth.logIn(email, 'not it', '198.51.100.78');
      expect((await as(clerk, `DELETE /users/${user.id}`)).status).toBe(204);
      const everything = JSON.stringify({ ...(await tables.everything()), outbox: [] });
      const personal = [user.email, email, '198.51.100.78'];
      expect(personal.filter((one) => everything.includes(one))).toEqual([]);
      const left = 'SELECT 1 FROM sessions WHERE user_id = ? AND ended_at_ms IS NULL';
      expect(await tables.rows(left, [user.id])).toEqual([]);
      const events = await tables.rows("SELECT 1 FROM outbox WHERE subject = ? AND type = 'user.deleted'", [user.id]);
      expect(events).toHaveLength(1);
      const log = await tables.rows('SELECT email, email_digest FROM audit_log WHERE actor = ?', [user.id]);
      expect(log.map((entry) => entry.email)).toEqual([null, null, null]);
      expect(log.filter(({ email_digest }) => email_digest !== null)).toHaveLength(2);
      await eventually(async () => expect((await auth.me(user.token)).status).toBe(401), { timeoutMs: 5_000 });
    });

    test('makes them nobody: unknown to staff, in no list, and not to be brought back', async () => {
      const user = await newUser();
      expect((await as(admin, `DELETE /users/${user.id}`)).status).toBe(204);
      const answers = [
        await as(admin, `DELETE /users/${user.id}`),
        await as(admin, `GET /users/${user.id}`),
        await as(admin, `PATCH /users/${user.id}`, { status: 'active' }),
        await as(admin, `PUT /users/${user.id}/roles`, { roles: ['user'] }),
      ];
      expect(answers.map(problemOf)).toEqual(answers.map(() => [404, 'user_not_found']));
      for (const query of ['limit=200', 'status=disabled', `email=${user.id}@deleted.invalid`]) {
        const { body } = await as(admin, `GET /users?${query}`);
        expect(body.data.map(({ id }: { id: string }) => id)).not.toContain(user.id);
      }
    });
  });

  describe('giving roles', () => {
    test('replaces them all, and their next token carries what these allow', async () => {
      const user = await newUser();
      const answer = await as(admin, `PUT /users/${user.id}/roles`, { roles: ['user', 'support'] });
      expect([answer.status, answer.body.roles]).toEqual([200, ['support', 'user']]);
      await eventually(async () => expect(problemOf(await auth.me(user.token))).toEqual([401, 'token_outdated']));
      const { body } = await auth.refresh(user.refreshToken);
      expect((await call(auth.url, 'GET /users', { token: body.accessToken })).status).toBe(200);
      expect(await entriesAbout(user.id)).toMatchObject([
        { action: 'user.roles_changed', before: { roles: ['user'] }, after: { roles: ['support', 'user'] } },
        { action: 'user.registered' },
      ]);
    });

    test('refuses roles that allow more than the giver may: 403', async () => {
      const user = await newUser();
      const answer = await as(clerk, `PUT /users/${user.id}/roles`, { roles: ['user', 'support'] });
      expect(problemOf(answer)).toEqual([403, 'permission_missing']);
      expect(problemOf(await as(clerk, `PUT /users/${clerk.id}/roles`, { roles: ['admin'] }))).toEqual([
        403,
        'permission_missing',
      ]);
      expect(await rolesOf(user.id)).toEqual(['user']);
    });

    test.each([
      [['user', 'nonsense'], '/roles/1'],
      [[], '/roles'],
      [['user', 'user'], '/roles'],
      ['user', '/roles'],
      [[7], '/roles/0'],
    ])('refuses the roles %j with 422 at %s', async (roles, pointer) => {
      const user = await newUser();
      const { status, body } = await as(admin, `PUT /users/${user.id}/roles`, { roles });
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    });
  });

  describe('the last admin', () => {
    test('stays, whatever is tried: 409', async () => {
      const answers = [
        await as(admin, `PUT /users/${admin.id}/roles`, { roles: ['user'] }),
        await as(admin, `PATCH /users/${admin.id}`, { status: 'disabled' }),
        await as(admin, `DELETE /users/${admin.id}`),
      ];
      expect(answers.map(problemOf)).toEqual(Array.from({ length: 3 }, () => [409, 'last_admin']));
      expect(await rolesOf(admin.id)).toEqual(['admin']);
      expect((await auth.refresh(admin.refreshToken)).status).toBe(200);
    });

    test('is one of two who are removed at the same moment, by each other', async () => {
      const other = await personWith(auth, tables, ['admin']);
      const answers = await Promise.all([
        as(admin, `PUT /users/${other.id}/roles`, { roles: ['user'] }),
        as(other, `PATCH /users/${admin.id}`, { status: 'disabled' }),
      ]);
      // Whoever comes second is no admin any more, or would remove the last one.
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused).toHaveLength(1);
      expect(['permission_missing', 'last_admin', 'token_outdated']).toContain(refused[0]?.body.code);
      const admins = await tables.rows(
        `SELECT users.id FROM users JOIN user_roles ON user_roles.user_id = users.id
         WHERE role_name = 'admin' AND status = 'active'`,
      );
      expect(admins).toHaveLength(1);
      await tables.run("UPDATE users SET status = 'active' WHERE id = ?", [admin.id]);
      await tables.run("DELETE FROM user_roles WHERE role_name = 'admin'");
      await tables.run("INSERT INTO user_roles (user_id, role_name) VALUES (?, 'admin')", [admin.id]);
      admin = await renew(admin);
    });

    test('is one of two who both leave at the same moment: changes of access take turns', async () => {
      const other = await personWith(auth, tables, ['admin']);
      let answered = 0;
      const leaving = await tables.database.write(async (tx) => {
        const { sequelize } = tables.database;
        await sequelize.query('UPDATE roles_version SET version = version WHERE id = 1', { transaction: tx });
        const requests = [admin, other].map(async (one) => {
          const answer = await as(one, `PUT /users/${one.id}/roles`, { roles: ['user'] });
          answered += 1;
          return answer;
        });
        // Long enough for both to have come through, if they did not wait for whoever changes access now.
        for (let count = 0; count < 30; count++) await auth.me(admin.token);
        expect(answered).toBe(0);
        return { requests };
      });
      const answers = await Promise.all(leaving.requests);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_admin');
      await tables.run("DELETE FROM user_roles WHERE role_name = 'admin'");
      await tables.run("INSERT INTO user_roles (user_id, role_name) VALUES (?, 'admin')", [admin.id]);
      admin = await renew(admin);
    });
  });

  describe('roles', () => {
    test('are listed with what they allow, beside all permissions there are', async () => {
      const { body } = await as(support, 'GET /roles');
      expect(body.data.map((one: unknown) => roleSchema.strict().parse(one).name)).toEqual([
        'admin',
        'clerk',
        'support',
        'user',
      ]);
      const all = await as(support, 'GET /permissions');
      expect(all.body.data).toHaveLength(13);
      expect(body.data[0].permissions).toEqual(all.body.data.toSorted());
    });

    test('are made, changed by version, and deleted when nobody has them', async () => {
      const role = { name: 'planner', description: 'Plans', permissions: ['flights:write', 'reports:read'] };
      const made = await as(admin, 'POST /roles', role);
      expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
      expect(made.body).toEqual({ ...role, builtIn: false, version: 1 });
      expect(problemOf(await as(admin, 'POST /roles', role))).toEqual([409, 'role_exists']);

      const change = { description: 'Plans flights' };
      const tag = { 'If-Match': '"1"' };
      expect((await as(admin, 'PATCH /roles/planner', change, tag)).body).toMatchObject({ ...change, version: 2 });
      expect(problemOf(await as(admin, 'PATCH /roles/planner', change, tag))).toEqual([412, 'stale']);

      const user = await personWith(auth, tables, ['planner']);
      expect(problemOf(await as(admin, 'DELETE /roles/planner'))).toEqual([409, 'role_in_use']);
      await as(admin, `PUT /users/${user.id}/roles`, { roles: ['user'] });
      expect((await as(admin, 'DELETE /roles/planner')).status).toBe(204);
      expect(problemOf(await as(admin, 'DELETE /roles/planner'))).toEqual([404, 'role_not_found']);
      expect((await entriesAbout('planner')).map(({ action }) => action)).toEqual([
        'role.deleted',
        'role.changed',
        'role.created',
      ]);
    });

    test('that allow something else outdate all tokens within 5 s; refreshed ones carry it', async () => {
      await as(admin, 'POST /roles', { name: 'reader', description: 'Reads', permissions: [] });
      const reader = await personWith(auth, tables, ['reader']);
      expect((await as(reader, 'GET /users')).status).toBe(403);
      expect((await as(admin, 'PATCH /roles/reader', { permissions: ['users:read'] })).status).toBe(200);
      await eventually(async () => expect(problemOf(await auth.me(reader.token))).toEqual([401, 'token_outdated']), {
        timeoutMs: 5_000,
      });
      const { body } = await auth.refresh(reader.refreshToken);
      expect((await call(auth.url, 'GET /users', { token: body.accessToken })).status).toBe(200);
      [admin, clerk, support] = [await renew(admin), await renew(clerk), await renew(support)];
    });

    test('give nothing that the giver lacks, and those that allow it can not be touched: 403', async () => {
      const answers = [
        await as(clerk, 'POST /roles', { name: 'spy', description: 'Spies', permissions: ['audit:read'] }),
        await as(clerk, 'PATCH /roles/user', { permissions: ['audit:read'] }),
        await as(clerk, 'PATCH /roles/support', { permissions: [] }),
        await as(clerk, 'DELETE /roles/support'),
      ];
      expect(answers.map(problemOf)).toEqual(Array.from({ length: 4 }, () => [403, 'permission_missing']));
    });

    test('of the program are never deleted, and what an admin may is never changed: 409', async () => {
      for (const name of ['admin', 'support', 'user']) {
        expect(problemOf(await as(admin, `DELETE /roles/${name}`))).toEqual([409, 'built_in_role']);
      }
      const change = { permissions: ['users:read'] };
      expect(problemOf(await as(admin, 'PATCH /roles/admin', change))).toEqual([409, 'built_in_role']);
    });

    test('of the program that people changed stay so over a restart', async () => {
      const permissions = ['reminders:write', 'users:read'];
      expect((await as(admin, 'PATCH /roles/support', { permissions })).status).toBe(200);
      const again = await startAuth(database.settings());
      await again.stop();
      admin = await renew(admin);
      const { body } = await as(admin, 'GET /roles');
      expect(body.data.find(({ name }: { name: string }) => name === 'support').permissions).toEqual(permissions);
    });

    test.each([
      { name: 'Upper', description: 'x', permissions: [] },
      { name: '', description: 'x', permissions: [] },
      { name: "x'; DROP TABLE roles", description: 'x', permissions: [] },
      { name: 'x', description: '', permissions: [] },
      { name: 'x', description: 'x', permissions: ['everything'] },
      { name: 'x', description: 'x', permissions: ['users:read', 'users:read'] },
      { name: 'x', description: 'x', permissions: [], builtIn: true },
    ])('are not made of %j: 422', async (body) => {
      expect((await as(admin, 'POST /roles', body)).status).toBe(422);
    });
  });
});
