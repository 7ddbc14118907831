import type { SeatChoice } from '@jetbridge/contracts/bookings/routes.ts';
import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { bookingConfirmed, bookingCreated } from '../../messaging/booking-events.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import type { DeskState } from '../desk/desk-state.ts';
import { assertNewest, assertOnSale } from '../desk/on-sale.ts';
import { layCabins, seatEverybody, takeChosenSeats } from '../desk/seating.ts';

/**
 * Takes the seats of a new booking on all its flights, or on none. What the booking is to be says what becomes of them:
 * sold when it is confirmed, held while it is pending.
 * @param order.newReference makes another reference at each try, in case one is taken.
 */
export function placing(order: {
  readonly booking: Omit<BookingRecord, 'reference'>;
  readonly copies: readonly FlightCopy[];
  readonly choices: readonly SeatChoice[];
  readonly maximumHeldSeats: number;
  readonly newReference: () => string;
  readonly requestId: string;
}): Pick<DeskRequest<BookingRecord>, 'needs' | 'decide'> {
  const { copies, choices, requestId } = order;
  const isHeld = order.booking.status === 'pending';
  const { userId } = order.booking;
  return {
    needs: {
      flights: copies,
      ...(isHeld ? { holder: { userId, changes: order.booking.announced } } : {}),
    },
    decide: (state) => {
      const booking = { ...order.booking, reference: order.newReference() };
      for (const copy of copies) assertNewest(state, copy);
      for (const segment of booking.segments) assertOnSale(state, segment);
      if (isHeld) assertMayHold(state, booking, order.maximumHeldSeats);

      for (const copy of copies) layCabins(state, copy);
      for (const { flightId, cabin, seats } of booking.segments) {
        state.move(flightId, cabin, isHeld ? { held: seats } : { sold: seats });
      }
      const seated = takeChosenSeats(state, booking, choices);
      const placed = isHeld ? seated : seatEverybody(state, seated);
      state.put(placed);
      if (countsAsHeld(placed)) state.countHeld(userId, partySeatsOf(placed));
      if (placed.announced) state.tell(bookingCreated(placed, requestId));
      if (placed.status === 'confirmed') state.tell(bookingConfirmed(placed, requestId));
      return placed;
    },
  };
}

function assertMayHold(state: DeskState, booking: BookingRecord, maximum: number): void {
  const held = state.heldSeatsOf(booking.userId);
  if (held + partySeatsOf(booking) <= maximum) return;
  throw new BookingError(
    'hold_limit',
    `You may hold ${maximum} unpaid seats and hold ${held}. Pay for them or cancel, then book again.`,
    { facts: { held, maximum } },
  );
}
