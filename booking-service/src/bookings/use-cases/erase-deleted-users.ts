import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import { erasableFrom } from '../domain/erasable-from.ts';

/** The most users that one run looks at. */
const usersPerRun = 20;

/**
 * Takes names, birthdays and contacts out of bookings whose users have left, once nobody needs them for a journey any
 * more. The books stay: flights, seats, money and what happened when.
 * @returns how many users it looked at; several processes may do this at once.
 */
export async function eraseDeletedUsers(parts: { deletedUsers: DeletedUsers; clock: Clock }): Promise<number> {
  const users = await parts.deletedUsers.findDue(parts.clock.nowMs(), usersPerRun);
  for (const userId of users) await eraseUser(parts, userId);
  return users.length;
}

async function eraseUser(
  { deletedUsers, clock }: { deletedUsers: DeletedUsers; clock: Clock },
  userId: string,
): Promise<void> {
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
    await deletedUsers.forgetAnswers(userId, tx);
    const nextMs = ahead.length === 0 ? null : Math.min(...ahead.map(({ fromMs }) => fromMs));
    await deletedUsers.schedule(userId, nextMs, tx);
  });
}
