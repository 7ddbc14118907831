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
    // Keeps vacation responders from answering (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: mail.calendar
      ? [{ ...mail.calendar, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' }]
      : [],
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
