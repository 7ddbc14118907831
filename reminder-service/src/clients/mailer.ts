/** A mail ready to go, to one recipient. */
export type OutgoingMail = {
  /** A plain address: `ada@example.com`. */
  readonly to: string;
  /** With angle brackets. The same mail sent again has the same one. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Business time. */
  readonly sentAtMs: number;
  /** Where one click ends mails of this kind (RFC 8058). */
  readonly unsubscribeUrl: string;
  readonly calendar?: { readonly filename: string; readonly content: string; readonly method: 'PUBLISH' | 'CANCEL' };
  readonly ticket?: { readonly filename: string; readonly content: Buffer };
};

/** Who the mails come from: `{ name: 'Jetbridge', address: 'no-reply@jetbridge.example' }`. */
export type Sender = { readonly name: string; readonly address: string };

/** Sends mails: over SMTP, or into files where there is no mail server. */
export type Mailer = {
  /** @throws MailError when the mail was not taken, or when it is not known whether it was. */
  readonly send: (mail: OutgoingMail) => Promise<void>;
  /** Ends what is under way, then hangs up. */
  readonly close: () => Promise<void>;
};

/**
 * Why a mail did not go out.
 * - `address_invalid`: it has no address that a mail can go to.
 * - `address_refused`: the address takes no mail, this one or another, however often it is tried.
 * - `refused`: it never will, however often it is tried.
 * - `put_off`: this one did not; another may.
 * - `connection_lost`: this one did not, or nobody knows whether it did, because the connection broke; another may.
 * - `server_away`: none will for the moment.
 * The message is for people and names no hosts; the cause is for the log.
 */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly outcome: 'address_invalid' | 'address_refused' | 'refused' | 'put_off' | 'connection_lost' | 'server_away';

  constructor(outcome: MailError['outcome'], message: string, cause?: unknown) {
    super(message, { cause });
    this.outcome = outcome;
  }
}
