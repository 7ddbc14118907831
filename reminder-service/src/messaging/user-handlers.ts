import { MalformedEvent, type WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SwitchedOffMails } from '../db/switched-off-mails.ts';
import { planAccountMail } from '../use-cases/plan-account-mail.ts';

type UserHandlers = Pick<
  WorkHandlers<'reminder-service'>,
  'user.password_reset_requested' | 'user.email_verification_requested' | 'user.deleted'
>;

/** What this service does on news of accounts. */
export function userHandlers(
  parts: { reminders: Reminders; deletedUsers: DeletedUsers; switchedOff: SwitchedOffMails },
  clock: Clock,
): UserHandlers {
  return {
    'user.password_reset_requested': async ({ data }, tx) => {
      const { resetId, userId } = checked(data);
      await planAccountMail(parts, { requestId: resetId, userId, kind: 'password_reset' }, clock.nowMs(), tx);
    },
    'user.email_verification_requested': async ({ data }, tx) => {
      const { verificationId, userId, occasion } = checked(data);
      const kind = occasion === 'registration' ? 'welcome' : 'email_verification';
      await planAccountMail(parts, { requestId: verificationId, userId, kind }, clock.nowMs(), tx);
    },
    'user.deleted': async ({ data }, tx) => {
      const { id } = checked(data);
      await parts.reminders.dropAccountMails(id, tx);
      await parts.switchedOff.forgetUser(id, tx);
      await parts.deletedUsers.add(id, clock.nowMs(), tx);
    },
  };
}

/** As wide as the columns: what is longer was not made by this system. */
const longestId = 40;

/** @throws MalformedEvent for ids that the tables could not hold. */
function checked<T extends Record<string, string | number>>(data: T): T {
  const isTooLong = Object.values(data).some((value) => typeof value === 'string' && value.length > longestId);
  if (isTooLong) throw new MalformedEvent('An id is too long.');
  return data;
}
