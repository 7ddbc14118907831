import { isIP } from 'node:net';

const maximumLength = 64;

/**
 * The address of the client by `X-Forwarded-For`. Its last one was put there by the gateway; those before it are whatever
 * the client claimed.
 */
export function clientAddressIn(forwardedFor: string | undefined): string | undefined {
  const address = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  return isIP(address) !== 0 && address.length <= maximumLength ? address : undefined;
}
