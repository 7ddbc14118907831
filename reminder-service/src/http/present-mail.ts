import type { SandboxMail } from '@jetbridge/contracts/reminders/routes.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { MailboxMail } from '../use-cases/read-mails.ts';

/** A mail of the mailbox as the API shows it. */
export function presentMail(mail: MailboxMail): SandboxMail {
  return {
    id: mail.id,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
    sentAt: toInstant(mail.sentAtMs),
  };
}
