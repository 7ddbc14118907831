import type { WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { DeletedUsers } from '../bookings/db/deleted-users.ts';

/** A request that was let in before its user left may still make a booking. */
const afterLastRequestMs = 60_000;

/** Follows what auth-service tells of users. */
export function userHandlers(
  { deletedUsers }: { deletedUsers: DeletedUsers },
  clock: Clock,
): Pick<WorkHandlers<'booking-service'>, 'user.deleted'> {
  return {
    'user.deleted': ({ data }, tx) => deletedUsers.add(data.id, clock.nowMs() + afterLastRequestMs, tx),
  };
}
