import { startMariadb } from '@jetbridge/testing/mariadb-server.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { type TemporaryFolder, temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthApi, newEmail, startAuth, testPassword } from './auth-api.ts';

describeWithServer('while the database is away', 'mariadb', () => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  let folder: TemporaryFolder;
  let auth: AuthApi;
  beforeAll(async () => {
    server = await startMariadb();
    folder = temporaryFolder('data');
    auth = await startAuth({
      NODE_ENV: 'test',
      EVENTS: 'feed',
      DATA_DIR: folder.path,
      AUTH_DATABASE_URL: `${server.url}/airline_auth`,
    });
  });
  afterAll(async () => {
    await auth?.stop();
    await server?.stop();
    folder?.remove();
  });

  test('every door answers 503 without effect, and works again when the database is back', async () => {
    const email = newEmail();
    const { body } = await auth.register({ email });
    await server.kill();
    const refused = [
      await auth.me(body.accessToken),
      await auth.logIn(email, testPassword),
      await auth.refresh(body.refreshToken),
      await auth.logOut(body.refreshToken),
      await auth.register({ email: 'later@example.com' }),
    ];
    for (const { status, body: problem, headers } of refused) {
      expect(status).toBe(503);
      expect(problem).toMatchObject({ code: 'service_unavailable', effect: 'none' });
      expect(headers.get('retry-after')).toBe('2');
      expect(JSON.stringify(problem)).not.toMatch(/sequelize|ECONNREFUSED|127\.0\.0\.1|SELECT/i);
    }
    await server.restart();
    expect((await auth.me(body.accessToken)).status).toBe(200);
    expect((await auth.refresh(body.refreshToken)).status).toBe(200);
    expect((await auth.register({ email: 'later@example.com' })).status).toBe(201);
  });
});
