import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Transaction } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { countMailRequests } from '../db/mail-requests.ts';
import type { User } from '../db/user-model.ts';
import { recordDeed } from './record-deed.ts';

type Parts = Pick<AuthContext, 'database' | 'models' | 'clock'>;
type LoggedParts = Parts & Pick<AuthContext, 'audit'>;

/** Nobody's mailbox is to be filled by somebody who only knows its address. */
const mailsAnHour = 3;
const hourMs = 3_600_000;

/** Has a mail with a link for a new password sent, unless several went out lately. In the caller's transaction. */
export async function requestPasswordReset(
  parts: LoggedParts,
  { user, requestId }: { user: User; requestId: string | null },
  tx: Transaction,
): Promise<void> {
  const resetId = await note(parts, { user, purpose: 'password_reset', prefix: 'rst' }, tx);
  if (resetId === undefined) return;
  const data = { resetId, userId: user.id, version: user.version };
  const more = requestId === null ? {} : { requestId };
  await appendEvents(parts.database, [{ type: 'user.password_reset_requested', subject: user.id, data, ...more }], tx);
  const target = { type: 'user', id: user.id };
  const deed = { actor: undefined, action: 'user.password_reset_requested', target } as const;
  await recordDeed(parts, deed, tx, requestId === null ? null : { requestId });
}

/** Has a mail sent that confirms the user's address, unless several went out lately. In the caller's transaction. */
export async function requestEmailVerification(
  parts: Parts,
  { user, occasion }: { user: User; occasion: 'registration' | 'on_request' },
  tx: Transaction,
): Promise<void> {
  const verificationId = await note(parts, { user, purpose: 'email_verification', prefix: 'vrf' }, tx);
  if (verificationId === undefined) return;
  const data = { verificationId, userId: user.id, occasion, version: user.version };
  await appendEvents(parts.database, [{ type: 'user.email_verification_requested', subject: user.id, data }], tx);
}

/** Writes down that a mail is waited for, and returns its id; nothing when there were too many. */
async function note(
  { models, clock }: Parts,
  mail: { user: User; purpose: 'password_reset' | 'email_verification'; prefix: string },
  tx: Transaction,
): Promise<string | undefined> {
  const nowMs = clock.nowMs();
  const { user, purpose } = mail;
  const asked = await countMailRequests(models, { userId: user.id, purpose, sinceMs: nowMs - hourMs }, tx);
  if (asked >= mailsAnHour) return undefined;
  const id = newId(mail.prefix, nowMs);
  await models.MailRequest.create(
    { id, userId: user.id, purpose, askedAtMs: nowMs, tokenHash: null, tokenExpiresAtMs: null },
    { transaction: tx },
  );
  return id;
}
