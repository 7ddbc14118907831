import jwt from 'jsonwebtoken';
import { expect, test } from 'vitest';
import { createInternalTokens, verifyInternalToken } from './internal-tokens.ts';

const secret = 'a secret that only this test knows, long enough';
const tokens = createInternalTokens({ from: 'reminder-service', secret });
const verify = (token: string) => verifyInternalToken(token, { audience: 'booking-service', secret });

const right = { iss: 'reminder-service', aud: 'booking-service', exp: Math.floor(Date.now() / 1_000) + 60 };
const sign = (claims: object, options: { typ?: string; alg?: 'HS256' | 'HS384'; secret?: string } = {}) => {
  const { typ = 'internal+jwt', alg = 'HS256' } = options;
  return jwt.sign(claims, options.secret ?? secret, { algorithm: alg, header: { alg, typ }, noTimestamp: true });
};

test('a call is believed by the service it is for', () => {
  expect(() => verify(tokens.tokenFor('booking-service'))).not.toThrow();
  expect(() => verify(sign(right))).not.toThrow();
});

test.each([
  ['for another service', tokens.tokenFor('auth-service')],
  ['of nobody we know', sign({ ...right, iss: 'somebody' })],
  ['without issuer', sign({ aud: right.aud, exp: right.exp })],
  ['that never ends', sign({ iss: right.iss, aud: right.aud })],
  ['that has ended', sign({ ...right, exp: right.exp - 120 })],
  ['that begins later', sign({ ...right, nbf: right.exp })],
  ['of another type', sign(right, { typ: 'JWT' })],
  ['under another algorithm', sign(right, { alg: 'HS384' })],
  ['under another secret', sign(right, { secret: 'another secret, which is long enough as well' })],
  ['that is too long', sign({ ...right, padding: 'x'.repeat(1_000) })],
  ['that is none', 'a.b.c'],
])('a token %s is not', (_name, token) => {
  expect(() => verify(token)).toThrow(expect.objectContaining({ status: 401, code: 'invalid_token' }));
});
