import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { entryNotFound, leavingWaitlist } from '../../sales/operations/leave-waitlist.ts';
import { askAnew } from '../../sales/use-cases/ask-anew.ts';
import type { Waitlist } from '../db/waitlist.ts';

/**
 * Takes a party of the user's out of its line.
 * @throws BookingError `waitlist_entry_not_found`, also for someone else's; `waitlist_offered` when it has seats by now.
 */
export async function leaveWaitlist(
  parts: {
    readonly desk: SalesDesk;
    readonly waitlist: Waitlist;
    readonly bookings: Bookings;
    readonly clock: Clock;
  },
  asked: { readonly userId: string; readonly entryId: string },
): Promise<void> {
  const { desk, waitlist, bookings, clock } = parts;
  const { userId, entryId } = asked;
  await askAnew(async () => {
    const seen = isPossibleId(entryId) ? await waitlist.findOwn(entryId, userId) : undefined;
    if (!seen) throw entryNotFound();
    const booking = seen.bookingId === null ? undefined : await bookings.find(seen.bookingId);
    await desk.ask(leavingWaitlist(seen, booking, clock.nowMs()));
  });
}
