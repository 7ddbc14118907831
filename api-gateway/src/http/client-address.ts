import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Stands where a connection is gone before its address could be read. */
const unknownAddress = '0.0.0.0';

/**
 * The address of the client. Each of our own proxies appends to `X-Forwarded-For` the address it was called from, so
 * with `trustedProxies` of them the client is that many entries from the end; what stands before is the client's word,
 * and so is all of it without a proxy.
 */
export function clientAddressOf(req: IncomingMessage, trustedProxies: number): string {
  const caller = plain(req.socket.remoteAddress ?? unknownAddress);
  if (trustedProxies === 0) return caller;
  const entries = (req.headers['x-forwarded-for'] ?? '').toString().split(',');
  const entry = plain(entries[Math.max(0, entries.length - trustedProxies)]?.trim() ?? '');
  return isIP(entry) ? entry : caller;
}

/** An IPv4 address that came through an IPv6 socket, in its own form. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
