import jwt from 'jsonwebtoken';
import { afterEach, expect, test, vi } from 'vitest';
import { createInternalTokens, verifyInternalToken } from './internal-tokens.ts';
import { lookupTokenSeconds, readLookupToken, signLookupToken } from './lookup-tokens.ts';

const secret = 'a secret that only tests know, long enough';
const keeper = { service: 'booking-service', secret } as const;

afterEach(() => {
  vi.useRealTimers();
});

test('opens the one resource it was made for, for an hour', () => {
  vi.useFakeTimers();
  const token = signLookupToken('bkg_1', keeper);
  expect(readLookupToken(token, keeper)).toEqual({ onlyFor: 'bkg_1' });
  vi.advanceTimersByTime((lookupTokenSeconds - 1) * 1_000);
  expect(readLookupToken(token, keeper)).toEqual({ onlyFor: 'bkg_1' });
  vi.advanceTimersByTime(2_000);
  expect(readLookupToken(token, keeper)).toBeUndefined();
});

test('is worth nothing to another service, under another secret, or when it was changed', () => {
  const token = signLookupToken('bkg_1', keeper);
  expect(readLookupToken(token, { ...keeper, service: 'reminder-service' })).toBeUndefined();
  expect(readLookupToken(token, { ...keeper, secret: `${secret}!` })).toBeUndefined();
  const [header, payload, signature] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...jwtPayload(token), sub: 'bkg_2' })).toString('base64url');
  expect(readLookupToken([header, forged, signature].join('.'), keeper)).toBeUndefined();
  expect(readLookupToken([header, payload, ''].join('.'), keeper)).toBeUndefined();
});

test('nothing else is taken for one', () => {
  const claims = { iss: 'booking-service', aud: 'booking-service/lookup', sub: 'bkg_1' };
  const internal = createInternalTokens({ from: 'booking-service', secret }).tokenFor('booking-service');
  const withSharedSecret = jwt.sign(claims, secret, {
    algorithm: 'HS256',
    expiresIn: 60,
    header: { alg: 'HS256', typ: 'lookup+jwt' },
  });
  const unsigned = jwt.sign(claims, '', {
    algorithm: 'none',
    expiresIn: 60,
    header: { alg: 'none', typ: 'lookup+jwt' },
  });
  for (const token of [internal, withSharedSecret, unsigned, 'no token', 'x'.repeat(9_000)]) {
    expect(readLookupToken(token, keeper)).toBeUndefined();
  }
});

test('is not taken for the call of a service', () => {
  const token = signLookupToken('bkg_1', keeper);
  expect(() => verifyInternalToken(token, { audience: 'booking-service', secret })).toThrow('not valid');
});

function jwtPayload(token: string): object {
  const payload = jwt.decode(token);
  return typeof payload === 'object' && payload !== null ? payload : {};
}
