import type { Transaction } from 'sequelize';
import type { Reminders } from '../db/reminders.ts';
import type { AccountMailKind } from '../domain/reminder.ts';

/** A mail about an account that could not be sent for so long is not sent any more: whoever waited has asked again. */
const sendWithinMs = 4 * 3_600_000;

/** Plans a mail about an account, due at once. The same request that is heard of twice plans one. */
export async function planAccountMail(
  { reminders }: { reminders: Reminders },
  mail: { requestId: string; userId: string; kind: AccountMailKind },
  nowMs: number,
  tx: Transaction,
): Promise<void> {
  await reminders.addAccountMail({ ...mail, dueAtMs: nowMs, sendUntilMs: nowMs + sendWithinMs }, tx);
}
