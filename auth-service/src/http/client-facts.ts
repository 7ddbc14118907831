import { isIP } from 'node:net';
import type { ClientFacts } from '../use-cases/start-session.ts';

const maximumUserAgentLength = 400;
const maximumAddressLength = 64;

/**
 * Where a request comes from, by its headers. The last address of `X-Forwarded-For` is the one the gateway put there;
 * those before it are whatever the client claimed.
 */
export function clientFacts(header: (name: string) => string | undefined): ClientFacts {
  const userAgent = header('user-agent')?.slice(0, maximumUserAgentLength);
  const address = header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return {
    userAgent: userAgent || null,
    address: isIP(address) !== 0 && address.length <= maximumAddressLength ? address : null,
  };
}
