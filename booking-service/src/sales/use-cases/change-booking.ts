import type { BookingChange } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { readBooking } from '../../bookings/use-cases/read-booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { findFlightsForSale } from '../../flights/use-cases/find-flights-for-sale.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import { refusalOfSettled } from '../../payments/domain/settlement.ts';
import { chargePayment } from '../../payments/use-cases/charge-payment.ts';
import { isSameCabin } from '../domain/change-quote.ts';
import { offerOf } from '../domain/offer.ts';
import { assertPartyMayTravel, seatsFor } from '../domain/party.ts';
import { segmentOfOffer } from '../domain/segment-of-offer.ts';
import { changing } from '../operations/change.ts';
import { type Asker, type KeyedReply, prepareAndAsk } from './keyed-request.ts';
import { assertMethodOffered, type PlaceBookingParts, toPayment } from './place-booking.ts';

type Asked = {
  readonly caller: Caller;
  readonly asker: Asker;
  readonly bookingId: string;
  readonly order: BookingChange;
};

/**
 * Puts other flights in the place of those of the caller's booking, or of anyone's with `bookings:write:any`. What it
 * costs more is charged first, what it costs less is given back; until then, and when the payment fails, the booking
 * stays as it was.
 * @throws BookingError with the reason; `payment_required` says what is due.
 */
export async function changeBooking(parts: PlaceBookingParts, asked: Asked): Promise<KeyedReply> {
  const { asker } = asked;
  const { answers, provider } = parts;
  let looks = 0;
  const reply = await prepareAndAsk(
    parts,
    asker,
    () => prepareChange(parts, asked, looks++ === 0 ? 'known' : 'fresh'),
    ({ booking, payment }) => (payment ? { waitsFor: payment.id } : { answer: answers.changed(booking) }),
  );
  if (reply.kind === 'replayed') return { written: reply.answer, replayed: true };
  const { booking, payment } = reply.outcome;
  if (!payment || !provider) return { written: answers.changed(booking), replayed: false };

  const settled = await chargePayment({ ...parts, provider }, { booking, payment }, asker.requestId);
  if (settled.answer) return { written: settled.answer, replayed: false };
  const refusal = refusalOfSettled(settled);
  if (refusal) throw refusal;
  return { written: answers.changed(settled.booking ?? booking), replayed: false };
}

async function prepareChange(
  parts: PlaceBookingParts,
  { caller, asker, bookingId, order }: Asked,
  look: 'known' | 'fresh',
) {
  const booking = await readBooking(parts.bookings, caller, bookingId, 'bookings:write:any');
  const nowMs = parts.clock.nowMs();
  assertMethodOffered(parts, order.payment);
  const { expectedTotal, payment } = order;
  if (expectedTotal && expectedTotal.currency !== parts.currency) {
    throw new BookingError('currency_not_sold', `Prices are in ${parts.currency}.`, { at: '/expectedTotal/currency' });
  }
  const { added, copies } = await findAdded(parts, booking, order, { nowMs, look });
  // Who travels stands in the booking; what the request can do better is the flights.
  assertPartyMayTravel(travellersOf(booking), departuresOf(booking, added, order), () => '/flights');
  const key = asker.idempotency?.key ?? null;
  const of = { userId: asker.userId, bookingId: booking.id, purpose: 'change', key, nowMs } as const;
  const pay = payment && ((amountMinor: number): PaymentRecord => toPayment(parts, payment, { ...of, amountMinor }));
  return changing(booking, {
    flights: order.flights,
    added,
    copies,
    expectedTotalMinor: expectedTotal?.amount,
    pay,
    isPaidHere: parts.provider !== null,
    nowMs,
    newRefundId: () => newId('ref'),
    requestId: asker.requestId,
  });
}

type Added = { readonly added: readonly SegmentRecord[]; readonly copies: readonly FlightCopy[] };

/** The segments that the booking does not hold yet, at their present price; asked for anew before a difference is told. */
async function findAdded(
  parts: PlaceBookingParts,
  booking: BookingRecord,
  order: BookingChange,
  { nowMs, look }: { nowMs: number; look: 'known' | 'fresh' },
): Promise<Added> {
  const places = order.flights.flatMap((flight, place) =>
    booking.segments.some((segment) => isSameCabin(segment, flight)) ? [] : [{ ...flight, place }],
  );
  const ids = places.map(({ flightId }) => flightId);
  const copies = await findFlightsForSale(parts, ids, { nowMs, look, places: places.map(({ place }) => place) });
  const seats = seatsFor(travellersOf(booking));
  const added = copies.map(({ flight }, index) => {
    const asked = places[index];
    if (!asked) throw new Error('Flights are found in the number and order they were asked for.');
    return segmentOfOffer(offerOf(flight, asked.cabin, asked.place, nowMs), seats);
  });
  const total = order.flights
    .map((flight) => [...booking.segments, ...added].find((segment) => isSameCabin(segment, flight)))
    .reduce((sum, segment) => sum + (segment ? segment.priceMinor * segment.seats : 0), 0);
  const isExpected = !order.expectedTotal || order.expectedTotal.amount === total;
  return isExpected || look === 'fresh'
    ? { added, copies }
    : findAdded(parts, booking, order, { nowMs, look: 'fresh' });
}

const travellersOf = ({ passengers }: BookingRecord) =>
  passengers.map(({ type, dateOfBirth }) => ({ type, dateOfBirth: dateOfBirth ?? undefined }));

function departuresOf(booking: BookingRecord, added: readonly SegmentRecord[], { flights }: BookingChange): string[] {
  return [...booking.segments, ...added]
    .filter((segment) => flights.some((flight) => isSameCabin(segment, flight)))
    .map(({ details }) => details.departureLocal);
}
