import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { builtInRoles } from '@jetbridge/contracts/identity/permissions.ts';
import { keySet } from '@jetbridge/contracts/identity/routes.ts';
import {
  accessTokenAudience,
  accessTokenIssuer,
  createAccessTokenVerifier,
} from '@jetbridge/service-kit/auth/access-tokens.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { provideSigningKey } from '../src/use-cases/provide-signing-key.ts';
import { type AuthApi, openTables, startAuth, testKeysSecret } from './auth-api.ts';

type Header = Record<string, unknown>;
type Claims = Record<string, unknown>;
type Forgery = (real: { key: KeyObject; kid: string; claims: Claims; refreshToken: string }) => string;

const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strangersKey = stranger.publicKey.export({ format: 'jwk' });

const rightHeader = (kid: string): Header => ({ alg: 'RS256', typ: 'at+jwt', kid });
const rs256 = (key: KeyObject) => (text: string) => sign('sha256', Buffer.from(text), key).toString('base64url');

/** A token of any header and claims, signed in any way. */
function jws(header: Header, claims: Claims, signature: (text: string) => string): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text)}`;
}

/** Properly signed, but with other claims. */
const withClaims =
  (change: Claims): Forgery =>
  ({ key, kid, claims }) =>
    jws(rightHeader(kid), { ...claims, ...change }, rs256(key));

/** Signed by a stranger, with other headers. */
const byStranger =
  (change: (kid: string) => Header): Forgery =>
  ({ kid, claims }) =>
    jws({ ...rightHeader(kid), ...change(kid) }, claims, rs256(stranger.privateKey));

const nowSeconds = () => Math.floor(Date.now() / 1_000);

const forgeries: readonly [string, Forgery][] = [
  ['alg none', ({ kid, claims }) => jws({ ...rightHeader(kid), alg: 'none' }, claims, () => '')],
  ['alg None', ({ kid, claims }) => jws({ ...rightHeader(kid), alg: 'None' }, claims, () => '')],
  ['no signature', ({ kid, claims }) => jws(rightHeader(kid), claims, () => '')],
  [
    'HS256 with the public key as the secret',
    ({ key, kid, claims }) => {
      const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
      const hmac = (text: string) => createHmac('sha256', pem).update(text).digest('base64url');
      return jws({ ...rightHeader(kid), alg: 'HS256' }, claims, hmac);
    },
  ],
  [
    'PS256 with the right key',
    ({ key, kid, claims }) => {
      const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING };
      const signature = (text: string) => sign('sha256', Buffer.from(text), pss).toString('base64url');
      return jws({ ...rightHeader(kid), alg: 'PS256' }, claims, signature);
    },
  ],
  ['a stranger’s signature', byStranger(() => ({}))],
  ['an unknown kid', byStranger(() => ({ kid: 'key_unknown' }))],
  ['a path as kid', byStranger(() => ({ kid: '../../../../dev/null' }))],
  ['SQL as kid', byStranger((kid) => ({ kid: `${kid}' OR '1'='1` }))],
  ['a list as kid', byStranger((kid) => ({ kid: [kid] }))],
  ['no kid', byStranger(() => ({ kid: undefined }))],
  ['a key brought along', byStranger(() => ({ jwk: strangersKey }))],
  ['an address of keys', byStranger(() => ({ jku: 'http://127.0.0.1:1/jwks.json', x5u: 'http://127.0.0.1:1/x' }))],
  ['another type', ({ key, kid, claims }) => jws({ ...rightHeader(kid), typ: 'JWT' }, claims, rs256(key))],
  ['an end in the past', withClaims({ exp: nowSeconds() - 1 })],
  ['an end as a string', withClaims({ exp: String(nowSeconds() + 900) })],
  ['no end', withClaims({ exp: undefined })],
  ['a beginning ahead', withClaims({ nbf: nowSeconds() + 600 })],
  ['another issuer', withClaims({ iss: 'https://elsewhere.example' })],
  ['no issuer', withClaims({ iss: undefined })],
  ['another audience', withClaims({ aud: 'another-api' })],
  ['no user', withClaims({ sub: undefined })],
  ['roles as a string', withClaims({ roles: 'admin' })],
  ['a version as a string', withClaims({ ver: '1' })],
  ['9 KB', withClaims({ padding: 'x'.repeat(9_000) })],
  [
    'claims exchanged below the signature',
    ({ key, kid, claims }) => {
      const [header, , signature] = jws(rightHeader(kid), claims, rs256(key)).split('.');
      const payload = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
      return `${header}.${payload}.${signature}`;
    },
  ],
  ['a refresh token', ({ refreshToken }) => refreshToken],
  ['noise', () => 'a.b.c'],
];

describeOnEachDatabase('access tokens', (database) => {
  let auth: AuthApi;
  let real: Parameters<Forgery>[0];
  let userId: string;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    const tables = await openTables(database.settings());
    const { sealing } = await deriveKeys(testKeysSecret);
    const { id: kid, privateKey: key } = await provideSigningKey(tables.database, { sealingKey: sealing, nowMs: 0 });
    await tables.close();
    const { body } = await auth.register();
    userId = body.user.id;
    real = { key, kid, claims: claimsIn(body.accessToken), refreshToken: body.refreshToken };
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
    expect(Math.abs(Number(claims.iat) - nowSeconds())).toBeLessThan(5);
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

    test.each(forgeries)('by %s get one same 401', async (_name, forge) => {
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
