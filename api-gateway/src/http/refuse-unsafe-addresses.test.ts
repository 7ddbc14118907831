import { describe, expect, test } from 'vitest';
import { problemOfAddress } from './refuse-unsafe-addresses.ts';

describe('an address that every server reads alike', () => {
  test.each([
    '/',
    '/health',
    '/api/v1/flights',
    '/api/v1/flights/',
    '/.well-known/jwks.json',
    '/api/v1/cities/New%20York',
    '/api/v1/cities/S%C3%A3o%20Paulo',
    '/api/v1/flights/..hidden',
    '/api/v1/bookings/%252e%252e',
  ])('%s passes', (path) => {
    expect(problemOfAddress(path, '?q=%zz&x=/../')).toBeUndefined();
  });
});

describe('an address that could be read as another', () => {
  test.each([
    ['http://evil.example/api/v1/flights', 400],
    ['*', 400],
    ['', 400],
    ['/%', 400],
    ['/api/v1/users/%zz', 400],
    ['/api/v1/users/%ff', 400],
    ['/api/v1/users/%00', 400],
    ['/api/v1/users/%0d%0aX-User-Id:1', 400],
    ['/api/v1/bookings/..%2fusers', 400],
    ['/api/v1/bookings/%2E%2E%5Cusers', 400],
    ['/api/v1/bookings\\users', 400],
    ['/api/v1/bookings#users', 400],
    ['/api/v1/bookings/\u00e9', 400],
    ['//users', 404],
    ['/api/v1//users', 404],
    ['/api/v1/users//', 404],
    ['/api/v1/bookings/../users', 404],
    ['/api/v1/bookings/.', 404],
    ['/api/v1/bookings/%2e%2e/internal/events', 404],
    ['/api/v1/bookings/.%2E/internal/events', 404],
    [`/api/v1/${'a'.repeat(8_192)}`, 414],
  ])('%s is answered with %i', (path, status) => {
    expect(problemOfAddress(path, '')?.status).toBe(status);
  });

  test('a query counts for the length, and its characters must be printable', () => {
    expect(problemOfAddress('/api/v1/flights', `?q=${'a'.repeat(8_192)}`)?.status).toBe(414);
    expect(problemOfAddress('/api/v1/flights', '?q=\u0000')?.status).toBe(400);
  });
});
