import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

type Header = Record<string, unknown>;

/** The claims of a token. */
export type Claims = Record<string, unknown>;

/** What somebody could get hold of, and more: the key that signs, and a token that it signed. */
export type RealToken = {
  readonly key: KeyObject;
  readonly kid: string;
  readonly claims: Claims;
  /** Other tokens of the system, which are none of this kind. */
  readonly others: { readonly refresh: string; readonly internal: string; readonly lookup: string };
};

type Forgery = (real: RealToken) => string;

const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strangersKey = stranger.publicKey.export({ format: 'jwk' });

export const rightHeader = (kid: string): Header => ({ alg: 'RS256', typ: 'at+jwt', kid });
const rs256 = (key: KeyObject) => (text: string) => sign('sha256', Buffer.from(text), key).toString('base64url');

/** A token of any header and claims, signed in any way. */
function jws(header: Header, claims: Claims, signature: (text: string) => string): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text)}`;
}

/** Properly signed, but with other claims; with no others it is a real one. */
export const withClaims =
  (change: Claims): Forgery =>
  ({ key, kid, claims }) =>
    jws(rightHeader(kid), { ...claims, ...change }, rs256(key));

/** Signed by a stranger, with other headers. */
const byStranger =
  (change: (kid: string) => Header): Forgery =>
  ({ kid, claims }) =>
    jws({ ...rightHeader(kid), ...change(kid) }, claims, rs256(stranger.privateKey));

const hmacOf =
  (hash: string, alg: string): Forgery =>
  ({ kid, claims }) => {
    const hmac = (text: string) => createHmac(hash, kid).update(text).digest('base64url');
    return jws({ ...rightHeader(kid), alg }, claims, hmac);
  };

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** Tokens that nobody may come in with, by what is wrong with them. */
export const forgedTokens: readonly (readonly [string, Forgery])[] = [
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
      const payload = Buffer.from(JSON.stringify({ ...claims, roles: ['admin', 'owner'] })).toString('base64url');
      return `${header}.${payload}.${signature}`;
    },
  ],
  ['a refresh token', ({ others }) => others.refresh],
  ['the token of another service', ({ others }) => others.internal],
  ['the token of a look-up', ({ others }) => others.lookup],
  [
    'another type in capitals',
    ({ key, kid, claims }) => jws({ ...rightHeader(kid), typ: 'AT+JWT' }, claims, rs256(key)),
  ],
  ['no type', ({ key, kid, claims }) => jws({ ...rightHeader(kid), typ: undefined }, claims, rs256(key))],
  ['an empty kid', ({ key, claims }) => jws(rightHeader(''), claims, rs256(key))],
  ['HS384 with the kid as the secret', hmacOf('sha384', 'HS384')],
  ['a certificate brought along', byStranger(() => ({ x5c: ['MIIB'] }))],
  ['an audience among others that are not ours', withClaims({ aud: ['another-api', 'a-third-one'] })],
  ['a list of issuers', withClaims({ iss: ['jetbridge', 'elsewhere'] })],
  ['a beginning as a string', withClaims({ nbf: '0' })],
  ['an end that is no number', withClaims({ exp: { $gt: 0 } })],
  ['no session', withClaims({ sid: undefined })],
  ['permissions as one string', withClaims({ permissions: 'users:write' })],
  ['no version of roles', withClaims({ rv: undefined })],
  ['a user as a number', withClaims({ sub: 1 })],
  ['half a signature', (real) => withClaims({})(real).slice(0, -100)],
  ['five parts', (real) => `${withClaims({})(real)}.a.b`],
  ['noise', () => 'a.b.c'],
];
