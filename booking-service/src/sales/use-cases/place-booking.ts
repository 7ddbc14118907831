import { randomBytes } from 'node:crypto';
import type { NewBooking, PaymentOrder } from '@jetbridge/contracts/bookings/routes.ts';
import type { TextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { toBookingReference } from '../../bookings/domain/booking-reference.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCatalogue } from '../../flights/clients/flight-catalogue.ts';
import type { FlightCopies, FlightCopy } from '../../flights/db/flights.ts';
import { findFlightsForSale } from '../../flights/use-cases/find-flights-for-sale.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import { refusalOfSettled } from '../../payments/domain/settlement.ts';
import { attemptDeadlineMs, type ChargeParts, chargePayment } from '../../payments/use-cases/charge-payment.ts';
import type { SeatsUnderWay } from '../desk/seats-under-way.ts';
import { type Offer, offerAt, offerOf, totalOf } from '../domain/offer.ts';
import { assertPartyMayTravel, seatsFor } from '../domain/party.ts';
import { segmentOfOffer } from '../domain/segment-of-offer.ts';
import { placing } from '../operations/place.ts';
import { type Asker, type KeyedReply, prepareAndAsk } from './keyed-request.ts';
import { type OrderedFlight, orderedFlights } from './ordered-flights.ts';

export type PlaceBookingParts = Omit<ChargeParts, 'provider'> & {
  readonly copies: FlightCopies;
  readonly catalogue: FlightCatalogue;
  /** Null: nothing is ever paid here, and bookings are confirmed at once. */
  readonly provider: ChargeParts['provider'] | null;
  readonly currency: string;
  /** How long a booking is held for payment. */
  readonly holdMs: number;
  readonly maximumHeldSeats: number;
  readonly seatsUnderWay: SeatsUnderWay;
  /** Reads the ids of itineraries. */
  readonly itineraries: TextSigner;
};

/**
 * Books seats for a party on all flights or on none. With a payment the booking is confirmed when it has succeeded, and
 * nothing remains of it when it was declined; without, it is held for a while.
 * @throws BookingError with the reason; then nothing is sold.
 */
export function placeBooking(parts: PlaceBookingParts, asker: Asker, order: NewBooking): Promise<KeyedReply> {
  const place = () => placeAndPay(parts, asker, order);
  if (!order.payment || !parts.provider) return place();
  return parts.seatsUnderWay.during(asker.userId, seatsFor(order.passengers), place);
}

async function placeAndPay(parts: PlaceBookingParts, asker: Asker, order: NewBooking): Promise<KeyedReply> {
  const { answers, provider } = parts;
  let looks = 0;
  const reply = await prepareAndAsk(
    parts,
    asker,
    // What was last seen of a flight is nearly always what it still is; the desk says when it is not.
    () => preparePlacing(parts, asker, order, looks++ === 0 ? 'recalled' : 'known'),
    (booking) => {
      const [payment] = booking.payments;
      return payment ? { waitsFor: payment.id } : { answer: answers.placed(booking) };
    },
  );
  if (reply.kind === 'replayed') return { written: reply.answer, replayed: true };
  const booking = reply.outcome;
  const [payment] = booking.payments;
  if (!payment || !provider) return { written: answers.placed(booking), replayed: false };

  const settled = await chargePayment({ ...parts, provider }, { booking, payment }, asker.requestId);
  if (settled.answer) return { written: settled.answer, replayed: false };
  const refusal = refusalOfSettled(settled);
  if (refusal) throw refusal;
  return { written: answers.placed(settled.booking ?? booking), replayed: false };
}

async function preparePlacing(parts: PlaceBookingParts, asker: Asker, order: NewBooking, look: 'recalled' | 'known') {
  const nowMs = parts.clock.nowMs();
  assertMethodOffered(parts, order.payment);
  const flights = orderedFlights(order, { signer: parts.itineraries, nowMs });
  const copies = await findFlightsForSale(parts, flightIdsOf(flights), { nowMs, look });
  assertPartyMayTravel(
    order.passengers,
    copies.map(({ flight }) => flight.departureLocal),
  );
  const { offers, copies: sold } = await offersAtExpectedTotal(parts, { ...order, flights }, copies, nowMs);
  return placing({
    booking: toRecord(parts, order, offers, { userId: asker.userId, key: asker.idempotency?.key ?? null, nowMs }),
    copies: sold,
    choices: order.seats ?? [],
    maximumHeldSeats: parts.maximumHeldSeats,
    newReference: () => toBookingReference(randomBytes(6)),
    requestId: asker.requestId,
  });
}

/** @throws BookingError before anything is held for a payment that can't be made. */
export function assertMethodOffered(
  { provider }: Pick<PlaceBookingParts, 'provider'>,
  payment: PaymentOrder | undefined,
  pointer = '/payment/method',
): void {
  if (!payment || !provider || provider.methods.includes(payment.method)) return;
  throw new BookingError('payment_method_not_offered', `Payments here are by ${provider.methods.join(', ')}.`, {
    at: pointer,
  });
}

type Priced = { readonly offers: readonly Offer[]; readonly copies: readonly FlightCopy[] };

/** The cabins asked for, at the price the client expects; before a difference is reported, prices are fetched anew. */
async function offersAtExpectedTotal(
  parts: PlaceBookingParts,
  order: Pick<NewBooking, 'passengers' | 'expectedTotal'> & { readonly flights: readonly OrderedFlight[] },
  copies: readonly FlightCopy[],
  nowMs: number,
): Promise<Priced> {
  const offers = offersFor(order.flights, copies, nowMs);
  const { expectedTotal } = order;
  if (!expectedTotal) return { offers, copies };
  if (expectedTotal.currency !== parts.currency) {
    throw new BookingError('currency_not_sold', `Prices are in ${parts.currency}.`, { at: '/expectedTotal/currency' });
  }
  const seats = seatsFor(order.passengers);
  if (totalOf(offers, seats) === expectedTotal.amount) return { offers, copies };
  const fresh = await findFlightsForSale(parts, flightIdsOf(order.flights), { nowMs, look: 'fresh' });
  const current = offersFor(order.flights, fresh, nowMs);
  const total = { amount: totalOf(current, seats), currency: parts.currency };
  if (total.amount === expectedTotal.amount) return { offers: current, copies: fresh };
  throw new BookingError('price_changed', 'The price is not the one you expect.', { facts: { total } });
}

function offersFor(flights: readonly OrderedFlight[], copies: readonly FlightCopy[], nowMs: number): Offer[] {
  return copies.map(({ flight }, index) => {
    const asked = flights[index];
    if (!asked) throw new Error('Flights are found in the number and order they were asked for.');
    const offer = offerOf(flight, asked.cabin, index, nowMs);
    return asked.promisedMinor === undefined ? offer : offerAt(offer, asked.promisedMinor);
  });
}

/** What the booking is when its seats are taken: confirmed, held, or held for a payment that is about to be made. */
function toRecord(
  parts: PlaceBookingParts,
  order: NewBooking,
  offers: readonly Offer[],
  by: { userId: string; key: string | null; nowMs: number },
): Omit<BookingRecord, 'reference'> {
  const { nowMs } = by;
  const seats = seatsFor(order.passengers);
  const totalMinor = totalOf(offers, seats);
  const isFree = !parts.provider || totalMinor === 0;
  const common = {
    id: newId('bkg'),
    userId: by.userId,
    contact: { email: order.contact.email, phone: order.contact.phone ?? null },
    totalMinor,
    currency: parts.currency,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    segments: offers.map((offer) => segmentOfOffer(offer, seats)),
    passengers: order.passengers.map(({ dateOfBirth, ...passenger }) => ({
      id: newId('pax'),
      ...passenger,
      dateOfBirth: dateOfBirth ?? null,
      seats: {},
    })),
    refunds: [],
    feesMinor: 0,
    openChange: null,
  };
  if (isFree) return { ...common, status: 'confirmed', holdExpiresAtMs: null, announced: true, payments: [] };
  const held = { ...common, status: 'pending', holdExpiresAtMs: nowMs + parts.holdMs } as const;
  if (!order.payment) return { ...held, announced: true, payments: [] };
  const payment = toPayment(parts, order.payment, {
    ...by,
    bookingId: common.id,
    amountMinor: totalMinor,
    purpose: 'booking',
  });
  return { ...held, announced: false, payments: [payment] };
}

/** A payment that is about to be made. */
export function toPayment(
  parts: Pick<PlaceBookingParts, 'provider' | 'currency' | 'paymentTimeoutMs'>,
  { method, token }: PaymentOrder,
  of: Pick<PaymentRecord, 'userId' | 'bookingId' | 'amountMinor' | 'purpose'> & { key: string | null; nowMs: number },
): PaymentRecord {
  return {
    id: newId('pay'),
    bookingId: of.bookingId,
    userId: of.userId,
    purpose: of.purpose,
    provider: parts.provider?.name ?? 'none',
    method,
    token,
    amountMinor: of.amountMinor,
    currency: parts.currency,
    status: 'processing',
    failureCode: null,
    providerReference: null,
    idempotencyKey: of.key,
    version: 1,
    createdAtMs: of.nowMs,
    updatedAtMs: of.nowMs,
    attemptDeadlineMs: attemptDeadlineMs(parts.paymentTimeoutMs),
  };
}

const flightIdsOf = (flights: readonly OrderedFlight[]) => flights.map(({ flightId }) => flightId);
