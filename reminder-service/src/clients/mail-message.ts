import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import type { SendMailOptions } from 'nodemailer';
import { MailError, type OutgoingMail, type Sender } from './mailer.ts';

/**
 * A mail as nodemailer takes it. Addresses are checked here and handed on as objects, never as text to be parsed: what
 * looks like one recipient must not become several.
 * @throws MailError `address_invalid`
 */
export function toMessage(mail: OutgoingMail, from: Sender): SendMailOptions {
  if (!emailAddress.safeParse(mail.to).success) {
    throw new MailError('address_invalid', 'The address is not a plain e-mail address like ada@example.com.');
  }
  return {
    from: { name: from.name, address: from.address },
    to: { name: '', address: mail.to },
    messageId: mail.messageId,
    date: new Date(mail.sentAtMs),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      // Keeps vacation responders from answering (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      // Mail programs show a button for it (RFC 8058).
      'List-Unsubscribe': `<${mail.unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    attachments: attachmentsOf(mail),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function attachmentsOf({ calendar, ticket }: OutgoingMail): NonNullable<SendMailOptions['attachments']> {
  const attachments = [];
  if (ticket) attachments.push({ ...ticket, contentType: 'application/pdf' });
  if (calendar) {
    const { filename, content, method } = calendar;
    attachments.push({ filename, content, contentType: `text/calendar; charset=utf-8; method=${method}` });
  }
  return attachments;
}
