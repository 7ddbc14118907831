import type { AccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { serviceUnavailable, tokenOutdated } from '@jetbridge/service-kit/http/problems.ts';

/** Asks auth-service for the profile of a token's owner, and returns the status of the answer. */
export type AskForProfile = (token: string) => Promise<number>;

/**
 * Believes a token only after auth-service did. Everywhere else the gateway lets the services decide, each of which follows
 * what changes at auth-service; for the few things that it shows or does itself it asks, which needs no secret of its own.
 */
export function confirmCallers(verifier: AccessTokenVerifier, askForProfile: AskForProfile): AccessTokenVerifier {
  return {
    verify: async (token) => {
      const caller = await verifier.verify(token);
      const status = await askOrGiveUp(askForProfile, token);
      if (status === 200) return caller;
      if (status >= 400 && status < 500 && status !== 429) throw tokenOutdated();
      throw serviceUnavailable({ effect: 'none' });
    },
  };
}

async function askOrGiveUp(askForProfile: AskForProfile, token: string): Promise<number> {
  try {
    return await askForProfile(token);
  } catch (error) {
    throw serviceUnavailable({ effect: 'none', cause: error });
  }
}
