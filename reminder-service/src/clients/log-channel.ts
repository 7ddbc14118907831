import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Mailer } from './mailer.ts';

/** Sends nothing: notes in the log what would go. Never what a mail says, which may be a secret. */
export function createLogChannel(log: Logger): Mailer {
  return {
    send: async ({ to, subject, messageId }) => log.info({ to, subject, messageId }, 'a mail would be sent'),
    close: async () => {},
  };
}
