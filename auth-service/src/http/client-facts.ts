import { clientAddressIn } from '@jetbridge/service-kit/http/client-address.ts';
import type { ClientFacts } from '../use-cases/start-session.ts';

const maximumUserAgentLength = 400;

/** Where a request comes from, by its headers. */
export function clientFacts(header: (name: string) => string | undefined): ClientFacts {
  const userAgent = header('user-agent')?.slice(0, maximumUserAgentLength);
  return {
    userAgent: userAgent || null,
    address: clientAddressIn(header('x-forwarded-for')) ?? null,
  };
}
