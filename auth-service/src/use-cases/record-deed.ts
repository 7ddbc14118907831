import { type Deed, describeDeed } from '@jetbridge/service-kit/events/audit.ts';
import type { RequestContext } from '@jetbridge/service-kit/http/request-context.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';

/**
 * Writes into the audit log what this service did, in the transaction that does it; the last thing that transaction does.
 * @param email of a sign-in, if it is an address at all.
 * @param context of the request, where that is not the one at work; null: of none.
 */
export async function recordDeed(
  { audit }: Pick<AuthContext, 'audit'>,
  { email, ...deed }: Deed & { readonly email?: string | undefined },
  tx: Transaction,
  context?: RequestContext | null,
): Promise<void> {
  const { version: _version, ...entry } = describeDeed('auth-service', deed, context);
  await audit.append({ ...entry, email: email ?? null }, tx);
}
