import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { BookingError } from '../../domain/errors.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import type { Waitlist } from '../../waitlist/db/waitlist.ts';
import { leaveWaitlist } from '../../waitlist/use-cases/leave-waitlist.ts';
import type { Bookings } from '../db/bookings.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import { erasableFrom } from '../domain/erasable-from.ts';

/** The most users that one run looks at. */
const usersPerRun = 20;

type Parts = {
  readonly deletedUsers: DeletedUsers;
  readonly desk: SalesDesk;
  readonly waitlist: Waitlist;
  readonly bookings: Bookings;
  readonly clock: Clock;
};

/**
 * Takes users who have left out of the lines they stand in, and names, birthdays and contacts out of their bookings, once
 * nobody needs them for a journey any more. The books stay: flights, seats, money and what happened when.
 * @returns how many users it looked at; several processes may do this at once.
 */
export async function eraseDeletedUsers(parts: Parts): Promise<number> {
  const users = await parts.deletedUsers.findDue(parts.clock.nowMs(), usersPerRun);
  for (const userId of users) {
    await leaveLines(parts, userId);
    await eraseUser(parts, userId);
  }
  return users.length;
}

async function leaveLines(parts: Parts, userId: string): Promise<void> {
  for (const entryId of await parts.deletedUsers.findWaiting(userId)) {
    await leaveWaitlist(parts, { userId, entryId }).catch((error: unknown) => {
      // It was offered seats at this moment, which is a booking like others, or somebody else took it out.
      if (!(error instanceof BookingError)) throw error;
      if (error.code !== 'waitlist_offered' && error.code !== 'waitlist_entry_not_found') throw error;
    });
  }
}

async function eraseUser({ deletedUsers, clock }: Parts, userId: string): Promise<void> {
  await deletedUsers.write(async (tx) => {
    const nowMs = clock.nowMs();
    const dated = (await deletedUsers.lockBookings(userId, tx)).map((booking) => ({
      id: booking.id,
      fromMs: erasableFrom(booking, nowMs),
    }));
    const over = dated.filter(({ fromMs }) => fromMs <= nowMs);
    const ahead = dated.filter(({ fromMs }) => fromMs > nowMs);
    await deletedUsers.erase(
      over.map(({ id }) => id),
      tx,
    );
    await deletedUsers.eraseWaited(userId, tx);
    await deletedUsers.forgetAnswers(userId, tx);
    const nextMs = ahead.length === 0 ? null : Math.min(...ahead.map(({ fromMs }) => fromMs));
    await deletedUsers.schedule(userId, nextMs, tx);
  });
}
