import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthApi, openTables, startAuth, type Tables } from './auth-api.ts';

describeOnEachDatabase('the contact of an account', (database) => {
  let auth: AuthApi | undefined;
  let tables: Tables | undefined;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    tables = await openTables(database.settings());
  });
  afterAll(async () => {
    await tables?.close();
    await auth?.stop();
  });

  const ask = (id: string, token?: string) =>
    call(auth?.url ?? '', `GET /internal/users/${id}`, token === undefined ? {} : { token });

  test('is told to services alone, and only of accounts that are there', async () => {
    const { user, accessToken } = (await auth?.register())?.body ?? {};
    const token = internalToken('booking-service', 'auth-service');
    const told = await ask(user.id, token);
    expect(told.status).toBe(200);
    expect(told.body).toEqual({ id: user.id, email: user.email, name: user.name, emailVerified: false });
    await tables?.run('UPDATE users SET email_verified_at_ms = 1 WHERE id = ?', [user.id]);
    expect((await ask(user.id, token)).body.emailVerified).toBe(true);
    expect((await ask('usr_nobody', token)).body).toMatchObject({ status: 404, code: 'user_not_found' });
    expect((await ask(user.id)).status).toBe(401);
    expect((await ask(user.id, accessToken)).status).toBe(401);
    expect((await ask(user.id, internalToken('booking-service', 'flight-search-service'))).status).toBe(401);
  });
});
