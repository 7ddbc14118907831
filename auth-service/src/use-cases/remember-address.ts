import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { networkOf } from '../domain/client-network.ts';
import type { ClientFacts } from './start-session.ts';

/** Remembers where a user signs in from, in the caller's transaction: they are no stranger there any more. */
export async function rememberAddress(
  auth: AuthContext,
  { userId, client }: { userId: string; client: ClientFacts },
  tx: Transaction,
): Promise<void> {
  const addressHash = addressHashOf(auth, client);
  await auth.passwordTries.makeFamiliar({ userId, addressHash, nowMs: auth.clock.nowMs() }, tx);
}

/** Requests that don't come by the gateway have no address; they are one place together. */
export function addressHashOf({ digest }: AuthContext, { address }: ClientFacts): string {
  return digest(`address ${address === null ? 'unknown' : networkOf(address)}`);
}
