import {
  type MailSecret,
  makeEmailVerificationTokenRoute,
  makePasswordResetTokenRoute,
} from '@jetbridge/contracts/identity/internal.ts';
import { ServiceCallError, type ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { AccountMail } from '../domain/reminder.ts';

/** Asks auth-service for what a mail about an account carries: the secret, or that nobody waits for it any more. */
export type AskMailSecret = (
  mail: Pick<AccountMail, 'kind' | 'requestId'>,
) => Promise<MailSecret | 'withdrawn' | 'no_answer'>;

/** Never throws: no answer means that the mail is tried again later. */
export function createMailSecrets(client: ServiceClient, log: Logger): AskMailSecret {
  return async ({ kind, requestId }) => {
    const route = kind === 'password_reset' ? makePasswordResetTokenRoute : makeEmailVerificationTokenRoute;
    try {
      return await client.call(route, { params: { id: requestId } });
    } catch (error) {
      if (error instanceof ServiceCallError && error.code === 'mail_request_not_found') return 'withdrawn';
      log.warn({ error, kind }, 'the secret of a mail could not be had; it will be asked for again');
      return 'no_answer';
    }
  };
}
