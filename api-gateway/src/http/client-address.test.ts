import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddressOf } from './client-address.ts';

function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  // The function reads nothing but these two.
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test('without a proxy of ours the connection says who calls, whatever the header claims', () => {
  expect(clientAddressOf(request('198.51.100.7'), 0)).toBe('198.51.100.7');
  expect(clientAddressOf(request('198.51.100.7', '203.0.113.1'), 0)).toBe('198.51.100.7');
});

test('an IPv4 address on an IPv6 socket keeps its own form', () => {
  expect(clientAddressOf(request('::ffff:198.51.100.7'), 0)).toBe('198.51.100.7');
});

test('behind proxies of ours the client is as many entries from the end as there are proxies', () => {
  const forged = request('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2');
  expect(clientAddressOf(forged, 1)).toBe('10.0.0.2');
  expect(clientAddressOf(forged, 2)).toBe('203.0.113.9');
  expect(clientAddressOf(request('10.0.0.1', '203.0.113.9'), 3)).toBe('203.0.113.9');
});

test('an entry that is no address, or none at all, counts as coming from the proxy itself', () => {
  expect(clientAddressOf(request('10.0.0.1', 'unknown'), 1)).toBe('10.0.0.1');
  expect(clientAddressOf(request('10.0.0.1'), 1)).toBe('10.0.0.1');
});
