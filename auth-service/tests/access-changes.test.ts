import { accessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceUserVersion, purgeAccessChanges, raiseUserVersion } from '../src/db/access-changes.ts';
import { defineModels } from '../src/db/models.ts';
import { type AuthApi, openTables, startAuth, type Tables } from './auth-api.ts';

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

  test('tell of a user whose version was raised, whose next token is good at once', async () => {
    const { body } = await auth.register();
    const models = defineModels(tables.database.sequelize);
    const parts = { database: tables.database, models };
    const { position } = await read();
    const raise = { userId: body.user.id, nowMs: Date.now() };
    expect(await tables.database.write((tx) => raiseUserVersion(parts, raise, tx))).toBe(2);
    expect((await read(position)).changes).toMatchObject([{ kind: 'user', id: body.user.id, version: 2 }]);
    await eventually(async () => expect((await auth.me(body.accessToken)).body.code).toBe('token_outdated'));
    const refreshed = await auth.refresh(body.refreshToken);
    expect((await auth.me(refreshed.body.accessToken)).body.version).toBe(2);
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
