import { newId } from '@jetbridge/service-kit/ids.ts';
import type { TokenIssuer } from '@jetbridge/testing/access-tokens.ts';

/** Somebody who is signed in for as long as it takes. */
export type ProofUser = { readonly id: string; readonly token: () => string };

/** Tokens live 15 minutes. */
const renewAfterMs = 10 * 60_000;

export function createUser(issuer: TokenIssuer): ProofUser {
  const id = newId('usr');
  let signed: { token: string; atMs: number } | undefined;
  return {
    id,
    token: () => {
      if (!signed || performance.now() - signed.atMs > renewAfterMs) {
        signed = { token: issuer.user({ userId: id }).token, atMs: performance.now() };
      }
      return signed.token;
    },
  };
}
