import { accessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceUserVersion, purgeAccessChanges } from '../src/db/access-changes.ts';
import { type AuthApi, openTables, startAuth, type Tables, testPassword } from './auth-api.ts';

const minuteMs = 60_000;

describeOnEachDatabase('changes of access', (database) => {
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

  const read = async (after?: number) => {
    const query = after === undefined ? '' : `?after=${after}`;
    const token = internalToken('booking-service', 'auth-service');
    const { status, body } = await call(auth.url, `GET /internal/access-changes${query}`, { token });
    expect(status).toBe(200);
    return accessChanges.strict().parse(body);
  };

  test('are told to services alone', async () => {
    const { body } = await auth.register();
    const answers = [
      await call(auth.url, 'GET /internal/access-changes'),
      await call(auth.url, 'GET /internal/access-changes', { token: body.accessToken }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('tell of a session that was signed out, once, and its access token ends here within 5 s', async () => {
    const { body } = await auth.register();
    const { position } = await read();
    expect((await auth.me(body.accessToken)).status).toBe(200);
    await auth.logOut(body.refreshToken);
    await auth.logOut(body.refreshToken);
    const { changes } = await read(position);
    const sessionId = JSON.parse(Buffer.from(body.accessToken.split('.')[1], 'base64url').toString()).sid;
    expect(changes).toEqual([{ kind: 'session', id: sessionId, atMs: expect.any(Number) }]);
    await eventually(
      async () => {
        const { status, body: problem } = await auth.me(body.accessToken);
        expect([status, problem.code]).toEqual([401, 'token_outdated']);
      },
      { timeoutMs: 5_000 },
    );
  });

  test('tell of a user with another password, whose session goes on with its next token', async () => {
    const { body } = await auth.register();
    const elsewhere = await auth.logIn(body.user.email, testPassword);
    const { position } = await read();
    const change = { currentPassword: testPassword, newPassword: 'staple battery horse' };
    const { accessToken, refreshToken } = body;
    expect((await call(auth.url, 'POST /users/me/password', { token: accessToken, body: change })).status).toBe(204);
    expect((await read(position)).changes).toMatchObject([
      { kind: 'session' },
      { kind: 'user', id: body.user.id, version: 2 },
    ]);
    for (const token of [accessToken, elsewhere.body.accessToken]) {
      await eventually(async () => expect((await auth.me(token)).body.code).toBe('token_outdated'), {
        timeoutMs: 5_000,
      });
    }
    const refreshed = await auth.refresh(refreshToken);
    expect((await auth.me(refreshed.body.accessToken)).body.version).toBe(2);
    expect((await auth.refresh(elsewhere.body.refreshToken)).body.code).toBe('invalid_refresh_token');
  });

  test('tell nothing of another name, and every token goes on', async () => {
    const { body } = await auth.register();
    const { position } = await read();
    const { accessToken: token } = body;
    const renamed = await call(auth.url, 'PATCH /users/me', { token, body: { name: 'Ada King' } });
    expect(renamed.body).toMatchObject({ name: 'Ada King', version: 2 });
    expect(await read(position)).toMatchObject({ position, changes: [] });
    const other = await auth.register();
    await auth.logOut(other.body.refreshToken);
    // What came later has been heard of, so the silence was no delay.
    await eventually(async () => expect((await auth.me(other.body.accessToken)).status).toBe(401), {
      timeoutMs: 5_000,
    });
    expect((await auth.me(token)).status).toBe(200);
  });

  test('that come at once become visible in the order of their positions', async () => {
    const { position: start } = await read();
    const seen = new Set<string>();
    let position = start;
    let isWriting = true;
    const ids = Array.from({ length: 60 }, (_, index) => `usr_parallel_${index}`);
    const writing = Promise.all(
      ids.map((userId) =>
        tables.database.write((tx) =>
          announceUserVersion(tables.database, { userId, version: 2, nowMs: Date.now() }, tx),
        ),
      ),
    ).finally(() => {
      isWriting = false;
    });
    let rounds = 0;
    while (isWriting || rounds === 0 || (await read(position)).changes.length > 0) {
      const page = await read(position);
      for (const { id } of page.changes) seen.add(id);
      ({ position } = page);
      rounds += 1;
    }
    await writing;
    expect([...seen].toSorted()).toEqual(ids.toSorted());
    expect(position).toBe(start + ids.length);
  });

  test('older than any token are left out at first, and purged later', async () => {
    const nowMs = Date.now();
    const ages = { usr_recent: 15, usr_past: 17, usr_ancient: 33 };
    for (const [userId, minutes] of Object.entries(ages)) {
      const change = { userId, version: 2, nowMs: nowMs - minutes * minuteMs };
      await tables.database.write((tx) => announceUserVersion(tables.database, change, tx));
    }
    const atFirst = (await read()).changes.map(({ id }) => id);
    expect(Object.keys(ages).filter((id) => atFirst.includes(id))).toEqual(['usr_recent']);
    expect(await purgeAccessChanges(tables.database, nowMs)).toBe(1);
    const left = await tables.rows("SELECT subject FROM access_changes WHERE subject IN ('usr_past', 'usr_ancient')");
    expect(left).toEqual([{ subject: 'usr_past' }]);
  });
});
