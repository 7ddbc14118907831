import { builtInRoles } from '@jetbridge/contracts/identity/permissions.ts';
import { keySet } from '@jetbridge/contracts/identity/routes.ts';
import {
  accessTokenAudience,
  accessTokenIssuer,
  createAccessTokenVerifier,
} from '@jetbridge/service-kit/auth/access-tokens.ts';
import { signLookupToken } from '@jetbridge/service-kit/auth/lookup-tokens.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import {
  type Claims,
  forgedTokens,
  type RealToken,
  rightHeader,
  withClaims,
} from '@jetbridge/testing/forged-tokens.ts';
import { internalToken, testInternalSecret } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { provideSigningKey } from '../src/use-cases/provide-signing-key.ts';
import { type AuthApi, openTables, startAuth, testKeysSecret } from './auth-api.ts';

describeOnEachDatabase('access tokens', (database) => {
  let auth: AuthApi;
  let real: RealToken;
  let userId: string;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    const tables = await openTables(database.settings());
    const { sealing } = await deriveKeys(testKeysSecret);
    const { id: kid, privateKey: key } = await provideSigningKey(tables.database, { sealingKey: sealing, nowMs: 0 });
    await tables.close();
    const { body } = await auth.register();
    userId = body.user.id;
    const others = {
      refresh: body.refreshToken,
      internal: internalToken('booking-service', 'auth-service'),
      lookup: signLookupToken('bkg_1', { service: 'booking-service', secret: testInternalSecret }),
    };
    real = { key, kid, claims: claimsIn(body.accessToken), others };
  });
  afterAll(() => auth?.stop());

  test('carry who, what and until when, and name their key', async () => {
    const { body } = await auth.register();
    const token: string = body.accessToken;
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual(rightHeader(real.kid));
    const claims = claimsIn(token);
    expect(claims).toEqual({
      iss: accessTokenIssuer,
      aud: accessTokenAudience,
      sub: body.user.id,
      sid: expect.stringMatching(/^ses_/),
      roles: ['user'],
      permissions: [],
      ver: 1,
      rv: expect.any(Number),
      iat: expect.any(Number),
      exp: Number(claims.iat) + 900,
    });
    expect(Math.abs(Number(claims.iat) - Date.now() / 1_000)).toBeLessThan(5);
  });

  test('are accepted by any service that fetches the published keys', async () => {
    const { body, headers } = await call(auth.url, 'GET /.well-known/jwks.json');
    expect(keySet.strict().parse(body)).toEqual(body);
    expect(body.keys).toHaveLength(1);
    expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(headers.get('cache-control')).toBe('public, max-age=15');

    const log = createLogger({ service: 'test', level: 'fatal' });
    const verifier = createAccessTokenVerifier({ keySetUrl: `${auth.url}/.well-known/jwks.json`, log });
    const registered = await auth.register();
    const caller = await verifier.verify(registered.body.accessToken);
    expect(caller).toMatchObject({ userId: registered.body.user.id, roles: ['user'], permissions: new Set() });
  });

  test('carry the permissions of an admin', async () => {
    const email = 'admin@example.com';
    const staffed = await startAuth({ ...database.settings(), ADMIN_EMAIL: email, ADMIN_PASSWORD: 'a good password' });
    const { body } = await staffed.logIn(email, 'a good password');
    await staffed.stop();
    expect(claimsIn(body.accessToken)).toMatchObject({
      roles: ['admin'],
      permissions: builtInRoles.admin.permissions.toSorted(),
    });
    expect(body.accessToken.length).toBeLessThan(2_000);
  });

  describe('that are forged', () => {
    test('can be told from a real one made in the same way', async () => {
      const answer = await auth.me(withClaims({})(real));
      expect([answer.status, answer.body.id]).toEqual([200, userId]);
    });

    test.each(forgedTokens)('by %s get one same 401', async (_name, forge) => {
      const { status, body, headers } = await auth.me(forge(real));
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      const { body: expected } = await auth.me('noise');
      expect({ ...body, requestId: '' }).toEqual({ ...expected, requestId: '' });
      expect(body.code).toBe('invalid_token');
    });
  });
});

function claimsIn(accessToken: string): Claims {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
