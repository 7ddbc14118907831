import type { OutgoingMail, Sender } from '../clients/mailer.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { AccountMail, AccountMailKind } from '../domain/reminder.ts';
import { wordOf } from './message-id.ts';
import { loadTemplates } from './templates.ts';

/** Writes a mail about an account, with the secret that it carries. */
export type ComposeAccountMail = (
  mail: Pick<AccountMail, 'kind' | 'requestId'>,
  secret: { token: string; email: string; name: string },
  nowMs: number,
) => OutgoingMail;

/** The page of the web app that a kind of mail leads to. */
const pages = {
  welcome: 'verify-email',
  email_verification: 'verify-email',
  password_reset: 'reset-password',
} as const satisfies Record<AccountMailKind, string>;

/** @param options.publicUrl where the web app is, without a slash at the end. */
export function createAccountMailComposer(options: { from: Sender; publicUrl: string }): ComposeAccountMail {
  const { from, publicUrl } = options;
  const render = loadTemplates();
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return ({ kind, requestId }, { token, email, name }, nowMs) => ({
    to: email,
    messageId: `<${wordOf(requestId)}.${kind}@${domain}>`,
    ...render(kind, {
      brand: from.name,
      name: oneLine(name) || 'traveller',
      link: `${publicUrl}/${pages[kind]}?token=${encodeURIComponent(token)}`,
    }),
    sentAtMs: nowMs,
  });
}
