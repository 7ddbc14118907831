import { expect, test } from 'vitest';
import { clientFacts } from './client-facts.ts';

const from = (headers: Record<string, string>) => clientFacts((name) => headers[name]);

test('takes the address that the gateway added, not those the client claimed', () => {
  expect(from({ 'x-forwarded-for': '10.9.9.9, 203.0.113.7', 'user-agent': 'curl/8' })).toEqual({
    userAgent: 'curl/8',
    address: '203.0.113.7',
  });
  expect(from({ 'x-forwarded-for': '2001:db8::1' }).address).toBe('2001:db8::1');
});

test.each(['', 'unknown', '203.0.113.7, <script>', '1.2.3', `fe80::1%${'x'.repeat(90)}`])(
  'knows no address by "%s"',
  (forwarded) => {
    expect(from({ 'x-forwarded-for': forwarded }).address).toBeNull();
  },
);

test('cuts what does not fit its column, and knows nothing where there is no header', () => {
  expect(from({ 'user-agent': 'x'.repeat(5_000) }).userAgent).toHaveLength(400);
  expect(from({})).toEqual({ userAgent: null, address: null });
});
