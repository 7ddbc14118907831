import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import { LocksOutdated } from '../desk/desk-state.ts';
import type { SalesDesk } from '../desk/sales-desk.ts';
import { expiring } from '../operations/expire.ts';

/** Bookings looked at in one turn. */
const bookingsPerTurn = 200;

/**
 * Frees the seats of bookings that were not paid in time.
 * @returns how many there were.
 */
export async function expireHolds(parts: { desk: SalesDesk; bookings: Bookings; clock: Clock }): Promise<number> {
  const nowMs = parts.clock.nowMs();
  const lapsed = await parts.bookings.findLapsed(nowMs, bookingsPerTurn);
  const replies = await Promise.allSettled(lapsed.map((booking) => parts.desk.ask(expiring(booking, nowMs))));
  for (const reply of replies) {
    // One that was changed meanwhile is seen again in the next turn.
    if (reply.status === 'rejected' && !(reply.reason instanceof LocksOutdated)) throw reply.reason;
  }
  return replies.filter((reply) => reply.status === 'fulfilled').length;
}
