import {
  type BookingRecord,
  type CabinOfFlight,
  countsAsHeld,
  partySeatsOf,
  type SegmentRecord,
} from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { bookingChanged, bookingConfirmed } from '../../messaging/booking-events.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import { refundsFor } from '../../payments/domain/refunds-for.ts';
import { bookingNotFound } from '../desk/booking-not-found.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { type DeskState, LocksOutdated } from '../desk/desk-state.ts';
import { assertNewest, assertOnSale } from '../desk/on-sale.ts';
import { holdSeats, replaceSegments } from '../desk/open-change.ts';
import { layCabins, seatEverybody } from '../desk/seating.ts';
import { bindToDropped, type ChangeQuote, droppedBy, isSameCabin, quoteChange } from '../domain/change-quote.ts';
import { assertChangeable } from '../domain/changeable.ts';
import { assertAmount } from '../domain/offer.ts';

export type ChangeOrder = {
  /** What the booking is to hold, in this order. */
  readonly flights: readonly CabinOfFlight[];
  /** Those of them that it does not hold yet, as they would be sold now. */
  readonly added: readonly SegmentRecord[];
  readonly copies: readonly FlightCopy[];
  readonly expectedTotalMinor: number | undefined;
  /** Makes the payment of what is due; undefined when none was given. */
  readonly pay: ((dueMinor: number) => PaymentRecord) | undefined;
  readonly isPaidHere: boolean;
  readonly nowMs: number;
  readonly newRefundId: () => string;
  readonly requestId: string;
};

/** The booking after a change, or before it where a payment has to be made first. */
export type Changed = { readonly booking: BookingRecord; readonly payment: PaymentRecord | null };

/**
 * Puts other flights in the place of a booking's. Where nothing is due it is done at once: new seats are taken, old ones
 * are free, and what is owed is given back. Where something is due, the new seats are held and the payment is noted down;
 * the old ones stay the traveller's until it is made.
 */
export function changing(seen: BookingRecord, order: ChangeOrder): Pick<DeskRequest<Changed>, 'needs' | 'decide'> {
  return {
    needs: {
      flights: [...order.copies, ...seen.segments.map(({ flightId }) => flightId)],
      bookings: [seen],
      frees: true,
      ...(countsAsHeld(seen) ? { holder: { userId: seen.userId, changes: true } } : {}),
    },
    decide: (state) => {
      const booking = state.booking(seen.id);
      if (!booking) throw bookingNotFound();
      const next = bindToDropped(booking, segmentsOf(booking, order), order);
      assertChangeable(booking, droppedBy(booking, next), order.nowMs);
      const quote = quoteChange(booking, next, order);
      assertAmount(Math.max(quote.totalMinor, quote.dueMinor));
      assertExpected(booking, quote, order);
      if (isUnchanged(booking, next)) return { booking, payment: null };

      // Another change may have brought some of them meanwhile; their seats are not taken twice.
      const added = next.filter((segment) => !booking.segments.includes(segment));
      for (const copy of order.copies) assertNewest(state, copy);
      for (const segment of added) assertOnSale(state, segment);
      const payment = quote.dueMinor === 0 ? null : paymentOf(booking, quote, order);
      for (const copy of order.copies) layCabins(state, copy);
      return payment
        ? holdUntilPaid(state, booking, payment, quote, { ...order, added })
        : change(state, booking, next, quote, { ...order, added });
    },
  };
}

/** @throws LocksOutdated where the booking has other flights than it was seen with. */
function segmentsOf(booking: BookingRecord, { flights, added }: ChangeOrder): SegmentRecord[] {
  return flights.map((flight) => {
    const segment = [...booking.segments, ...added].find((one) => isSameCabin(one, flight));
    if (!segment) throw new LocksOutdated(`Booking ${booking.id} does not hold flight ${flight.flightId} any more.`);
    return segment;
  });
}

const isUnchanged = ({ segments }: BookingRecord, next: readonly SegmentRecord[]) =>
  segments.length === next.length && segments.every((segment, place) => segment === next[place]);

function assertExpected(
  booking: BookingRecord,
  { totalMinor }: ChangeQuote,
  { expectedTotalMinor }: ChangeOrder,
): void {
  if (expectedTotalMinor === undefined || expectedTotalMinor === totalMinor) return;
  throw new BookingError('price_changed', 'The price is not the one you expect.', {
    facts: { total: { amount: totalMinor, currency: booking.currency } },
  });
}

function paymentOf({ currency }: BookingRecord, { dueMinor, feeMinor, totalMinor }: ChangeQuote, { pay }: ChangeOrder) {
  if (pay) return pay(dueMinor);
  const money = (amount: number) => ({ amount, currency });
  throw new BookingError('payment_required', 'The change costs more than was paid. Send a `payment` with it.', {
    facts: { due: money(dueMinor), fee: money(feeMinor), total: money(totalMinor) },
  });
}

function holdUntilPaid(
  state: DeskState,
  booking: BookingRecord,
  payment: PaymentRecord,
  { totalMinor, feeMinor }: ChangeQuote,
  { flights, added, nowMs }: ChangeOrder,
): Changed {
  holdSeats(state, added);
  const held: BookingRecord = {
    ...booking,
    payments: [...booking.payments, payment],
    openChange: { paymentId: payment.id, flights, added, totalMinor, feeMinor },
    version: booking.version + 1,
    updatedAtMs: nowMs,
  };
  state.put(held);
  return { booking: held, payment };
}

function change(
  state: DeskState,
  booking: BookingRecord,
  next: readonly SegmentRecord[],
  { totalMinor, feeMinor, refundMinor }: ChangeQuote,
  { added, nowMs, newRefundId, requestId }: ChangeOrder,
): Changed {
  const kind = booking.status === 'confirmed' ? 'sold' : 'held';
  for (const { flightId, cabin, seats } of added) state.move(flightId, cabin, { [kind]: seats });
  const refunds = refundsFor(booking, { amountMinor: refundMinor, rule: 'fare_difference', nowMs, newId: newRefundId });
  const replaced = replaceSegments(state, booking, next);
  const isPaid = booking.status === 'pending' && totalMinor === 0;
  const changed: BookingRecord = {
    ...(isPaid ? confirmFree(state, replaced) : replaced),
    totalMinor,
    feesMinor: booking.feesMinor + feeMinor,
    refunds: [...booking.refunds, ...refunds],
    version: booking.version + 1,
    updatedAtMs: nowMs,
  };
  state.put(changed);
  state.tell(bookingChanged(changed, requestId));
  if (isPaid) state.tell(bookingConfirmed(changed, requestId));
  return { booking: changed, payment: null };
}

/** Nothing is left to pay: a held booking is confirmed, as it would be had it been placed for these flights. */
function confirmFree(state: DeskState, held: BookingRecord): BookingRecord {
  for (const { flightId, cabin, seats } of held.segments) state.move(flightId, cabin, { held: -seats, sold: seats });
  state.countHeld(held.userId, -partySeatsOf(held));
  return { ...seatEverybody(state, held), status: 'confirmed', holdExpiresAtMs: null };
}
