import { readAccountContactRoute } from '@jetbridge/contracts/identity/internal.ts';
import type { ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';

/** Asks auth-service for the address of an account, if its owner has confirmed it; nothing when not, or no answer. */
export type AskConfirmedAddress = (userId: string) => Promise<string | undefined>;

/** Never throws: whoever wants less mail is not to be turned away because another service is down. */
export function createConfirmedAddresses(client: ServiceClient, log: Logger): AskConfirmedAddress {
  return async (userId) => {
    try {
      const { email, emailVerified } = await client.call(readAccountContactRoute, { params: { id: userId } });
      return emailVerified ? email.toLowerCase() : undefined;
    } catch (error) {
      log.warn({ error, userId }, 'the address of an account could not be had');
      return undefined;
    }
  };
}
