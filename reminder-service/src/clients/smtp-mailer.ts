import { createTransport } from 'nodemailer';
import { writeMessage } from './mail-message.ts';
import { MailError, type Mailer, type Sender } from './mailer.ts';

/** Connections to the mail server per process: as many as mails are on their way at once. */
const maximumConnections = 5;

/** The longest one mail may take, from the first byte to the server's last reply. */
const sendTimeoutMs = 20_000;

/** A signal costs as much as a tenth of all that is sent with it: mails that begin within this time share one. */
const sharedDeadlineMs = 250;

/** Sends over SMTP by a pool of kept connections. */
export function createSmtpMailer(options: { url: string; from: Sender }): Mailer {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: maximumConnections,
    // A mail whose connection broke is ours to try again: only we know whether it is still wanted.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let deadline: { readonly signal: AbortSignal; readonly madeAtMs: number } | undefined;
  function deadlineForNow(): AbortSignal {
    const nowMs = performance.now();
    if (deadline === undefined || nowMs - deadline.madeAtMs > sharedDeadlineMs) {
      deadline = { signal: AbortSignal.timeout(sendTimeoutMs), madeAtMs: nowMs };
    }
    return deadline.signal;
  }

  return {
    send: async (mail) => {
      const { envelope, raw } = writeMessage(mail, options.from);
      try {
        // Nodemailer would think of a Message-ID of its own for its log.
        const { messageId } = mail;
        await transport.sendMail({ envelope, raw, messageId, signal: deadlineForNow() });
      } catch (error) {
        throw toMailError(error);
      }
    },
    close: async () => transport.close(),
  };
}

/** What nodemailer says of an error: its own code, the command that failed and what the server replied. */
type SmtpError = {
  code?: unknown;
  command?: unknown;
  permanent?: unknown;
  responseCode?: unknown;
  response?: unknown;
  syscall?: unknown;
};

/**
 * A reply of 5xx ends it only where it is about this mail: to its recipient or its content. A refused login or sender
 * is a fault of ours, which somebody will mend, and then the same mail goes out. 421 means that the server hangs up on
 * whatever comes (RFC 5321, 3.8). A reply to RCPT TO is about the address, unless its enhanced code says that a policy
 * forbade it (X.7.X of RFC 3463): "relay access denied" is said of every address, and passes when the server is mended.
 */
function toMailError(error: unknown): MailError {
  const { code, command, permanent, responseCode, response, syscall }: SmtpError =
    typeof error === 'object' && error !== null ? error : {};
  const reply = typeof responseCode === 'number' ? ` (${responseCode})` : '';
  const aboutThisMail = code === 'EMESSAGE' || (code === 'EENVELOPE' && command !== 'MAIL FROM');
  const aboutTheAddress = code === 'EENVELOPE' && command === 'RCPT TO' && !/^5\d\d[ -]5\.7\./.test(String(response));
  if (aboutTheAddress && permanent === true) {
    return new MailError('address_refused', `The mail server refused the address for good${reply}.`, error);
  }
  // Without a reply it was nodemailer itself that found the mail impossible to send.
  if (aboutThisMail && (permanent === true || reply === '')) {
    return new MailError('refused', `The mail server refused the mail for good${reply}.`, error);
  }
  if (aboutThisMail && responseCode !== 421) {
    return new MailError('put_off', `The mail server put the mail off${reply}.`, error);
  }
  if (reply !== '') return new MailError('server_away', `The mail server takes no mail from us now${reply}.`, error);
  // One that was open, and that the server closed or that was cut; who can't be reached fails to `connect`.
  if (code === 'ECONNECTION' || syscall === 'read' || syscall === 'write') {
    return new MailError('connection_lost', 'The connection to the mail server broke.', error);
  }
  return new MailError('server_away', 'The mail server could not be reached.', error);
}
