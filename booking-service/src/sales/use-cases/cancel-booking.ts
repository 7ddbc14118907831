import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import { readBooking } from '../../bookings/use-cases/read-booking.ts';
import type { Answers } from '../desk/answers.ts';
import type { SalesDesk } from '../desk/sales-desk.ts';
import { cancelling } from '../operations/cancel.ts';
import { askAnew } from './ask-anew.ts';
import { type Asker, type KeyedReply, prepareAndAsk } from './keyed-request.ts';

type Parts = {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly answers: Answers;
  readonly clock: Clock;
};

/**
 * Cancels a booking of the caller's, or anyone's with `bookings:write:any`; money goes back by the rules of its fares.
 * @throws BookingError `booking_not_found`, `departed`, `booking_expired` or `payment_in_progress`.
 */
export async function cancelBooking(
  parts: Parts,
  asked: { readonly caller: Caller; readonly asker: Asker; readonly bookingId: string },
): Promise<KeyedReply> {
  const { caller, asker, bookingId } = asked;
  const { answers, clock } = parts;
  const reply = await prepareAndAsk(
    parts,
    asker,
    async () => {
      const booking = await readBooking(parts.bookings, caller, bookingId, 'bookings:write:any');
      return cancelling(booking, { nowMs: clock.nowMs(), reason: 'customer', requestId: asker.requestId });
    },
    (booking) => ({ answer: answers.cancelled(booking) }),
  );
  if (reply.kind === 'replayed') return { written: reply.answer, replayed: true };
  return { written: answers.cancelled(reply.outcome), replayed: false };
}

/** Cancels a booking because the airline cancelled one of its flights; it may have begun. All money goes back. */
export async function cancelForAirline(parts: Parts, bookingId: string): Promise<void> {
  await askAnew(async () => {
    const booking = await parts.bookings.find(bookingId);
    if (!booking) return;
    const order = {
      nowMs: parts.clock.nowMs(),
      reason: 'airline',
      requestId: `flight-cancelled-${bookingId}`,
    } as const;
    const by = { who: 'airline', requestId: order.requestId } as const;
    await parts.desk.ask({ ...cancelling(booking, order), by });
  });
}
