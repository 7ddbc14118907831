import type { OutgoingMail, Sender } from '../clients/mailer.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { AccountMail, AccountMailKind } from '../domain/reminder.ts';
import { wordOf } from './message-id.ts';
import type { Templates } from './templates.ts';
import type { UnsubscribeLinks } from './unsubscribe-links.ts';

/** Writes a mail about an account, with the secret that it carries. */
export type ComposeAccountMail = (
  mail: Pick<AccountMail, 'kind' | 'requestId' | 'userId'>,
  secret: { token: string; email: string; name: string },
  nowMs: number,
) => OutgoingMail;

/** The page of the web app that a kind of mail leads to. */
const pages = {
  welcome: 'verify-email',
  email_verification: 'verify-email',
  password_reset: 'reset-password',
} as const satisfies Record<AccountMailKind, string>;

/** @param parts.publicUrl where the web app is, without a slash at the end. */
export function createAccountMailComposer(parts: {
  from: Sender;
  publicUrl: string;
  templates: Templates;
  unsubscribeLinks: UnsubscribeLinks;
}): ComposeAccountMail {
  const { from, publicUrl, templates, unsubscribeLinks } = parts;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return ({ kind, requestId, userId }, { token, email, name }, nowMs) => ({
    to: email,
    messageId: `<${wordOf(requestId)}.${kind}@${domain}>`,
    ...templates.render(kind, {
      name: oneLine(name) || templates.words.passenger,
      link: `${publicUrl}/${pages[kind]}?token=${encodeURIComponent(token)}`,
    }),
    sentAtMs: nowMs,
    unsubscribeUrl: unsubscribeLinks({ userId, email, kind }),
  });
}
