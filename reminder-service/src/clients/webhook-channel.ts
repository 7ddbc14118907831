import { createHmac, createSecretKey } from 'node:crypto';
import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { MailError, type Mailer, type OutgoingMail } from './mailer.ts';

/** How long a mail may take, from the first byte to the answer's head. */
const usualTimeoutMs = 10_000;

/** Refused for good: the receiver has understood this mail and does not want it, or takes nothing of its kind. */
const refusals = new Set([400, 410, 413, 422]);

/**
 * Hands mails to a program of the operator's, by one POST each. Its signature is over the time and the body, so that
 * nobody else can have a mail sent, or an old one again. The Message-ID is the key by which the receiver knows a mail that
 * comes twice.
 * @param options.url of the operator's own choice; a redirect away from it is not followed.
 */
export function createWebhookChannel(options: { url: string; secret: string; timeoutMs?: number }): Mailer {
  const { url, secret, timeoutMs = usualTimeoutMs } = options;
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  return {
    send: async (mail) => {
      if (!emailAddress.safeParse(mail.to).success) {
        throw new MailError('address_invalid', 'The address is not a plain e-mail address like ada@example.com.');
      }
      const body = JSON.stringify(present(mail));
      const atSeconds = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', key).update(`${atSeconds}.${body}`).digest('hex');
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': mail.messageId,
          'Webhook-Signature': `t=${atSeconds},v1=${signature}`,
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new MailError('server_away', 'The webhook for mails could not be reached, or did not answer.', error);
      });
      // Nobody reads what it says; unread it would keep the connection.
      await response.body?.cancel();
      if (!response.ok) throw toMailError(response.status);
    },
    close: async () => {},
  };
}

/** What the receiver is told of a mail. */
function present(mail: OutgoingMail) {
  return {
    messageId: mail.messageId,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    sentAt: toInstant(mail.sentAtMs),
    unsubscribeUrl: mail.unsubscribeUrl,
    ...(mail.ticket ? { ticket: { filename: mail.ticket.filename, pdf: mail.ticket.content.toString('base64') } } : {}),
    ...(mail.calendar ? { calendar: { filename: mail.calendar.filename, content: mail.calendar.content } } : {}),
  };
}

/** A redirect, a refused signature or an unknown address is a fault of the settings, which somebody will mend. */
function toMailError(status: number): MailError {
  if (refusals.has(status)) return new MailError('refused', `The webhook refused the mail for good (${status}).`);
  if (status === 429) return new MailError('put_off', `The webhook put the mail off (${status}).`);
  return new MailError('server_away', `The webhook takes no mail from us now (${status}).`);
}
