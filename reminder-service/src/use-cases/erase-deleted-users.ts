import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../db/bookings.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import type { Reminders } from '../db/reminders.ts';
import type { SendBlocksStore } from '../db/send-blocks.ts';
import { erasableFrom, eraseBooking } from '../domain/erase-booking.ts';

/** The most users that one run looks at. */
const usersPerRun = 20;

/** How long to rest when nobody is to be looked at. */
export const eraseIdleMs = 2_000;

type Parts = {
  readonly database: Database;
  readonly bookings: Bookings;
  readonly reminders: Reminders;
  readonly deletedUsers: DeletedUsers;
  readonly blocks: SendBlocksStore;
  readonly clock: Clock;
};

/**
 * Takes names and addresses out of what is kept of bookings whose users have left, once nobody needs them for a journey
 * any more.
 * @returns how many users it looked at; several processes may do this at once.
 */
export async function eraseDeletedUsers(parts: Parts): Promise<number> {
  const users = await parts.deletedUsers.findDue(parts.clock.nowMs(), usersPerRun);
  for (const userId of users) await eraseUser(parts, userId);
  return users.length;
}

async function eraseUser(parts: Parts, userId: string): Promise<void> {
  const { database, bookings, reminders, deletedUsers, blocks, clock } = parts;
  await database.write(async (tx) => {
    const nowMs = clock.nowMs();
    let nextMs: number | null = null;
    for (const booking of await bookings.lockOfUser(userId, tx)) {
      const fromMs = erasableFrom(booking, nowMs);
      if (fromMs > nowMs) {
        nextMs = Math.min(fromMs, nextMs ?? fromMs);
        continue;
      }
      await bookings.replace(eraseBooking(booking), tx);
      await reminders.forgetRecipients(booking.id, tx);
      await blocks.forgetAddresses(booking.id, tx);
    }
    await deletedUsers.schedule(userId, nextMs, tx);
  });
}
