import { randomBytes } from 'node:crypto';
import type { NewBooking } from '@jetbridge/contracts/bookings/routes.ts';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { FlightCatalogue } from '../clients/flight-catalogue.ts';
import type { Bookings } from '../db/bookings.ts';
import type { FlightCopies } from '../db/flights.ts';
import type { BookingRecord, SegmentRecord } from '../domain/booking.ts';
import { toBookingReference } from '../domain/booking-reference.ts';
import { BookingError } from '../domain/errors.ts';
import { type Offer, offerOf, totalOf } from '../domain/offer.ts';
import { assertPartyMayTravel, seatsFor } from '../domain/party.ts';
import { OutdatedFlights, type SalesDesk } from '../sales/sales-desk.ts';
import { findFlightsForSale } from './find-flights-for-sale.ts';

export type PlaceBookingParts = {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly copies: FlightCopies;
  readonly catalogue: FlightCatalogue;
  readonly clock: Clock;
  readonly currency: string;
};

/** References tried before giving up; with a billion of them and ten million taken, one in a hundred tries meets one. */
const maximumReferences = 8;

/** Looks at flights that change at that very moment, before giving up. */
const maximumLooks = 3;

/**
 * Books seats for a party on all flights or on none, and confirms at once.
 * @throws BookingError with the reason; then nothing is sold.
 */
export async function placeBooking(
  parts: PlaceBookingParts,
  userId: string,
  order: NewBooking,
): Promise<BookingRecord> {
  for (let looks = 1; ; looks++) {
    try {
      return await placeAsSeenNow(parts, userId, order);
    } catch (error) {
      if (!(error instanceof OutdatedFlights)) throw error;
      if (looks < maximumLooks) continue;
      throw new BookingError('flights_unavailable', 'A flight changes at this moment.', { cause: error });
    }
  }
}

async function placeAsSeenNow(parts: PlaceBookingParts, userId: string, order: NewBooking): Promise<BookingRecord> {
  const nowMs = parts.clock.nowMs();
  const flights = await findFlightsForSale(parts, flightIdsOf(order), { nowMs });
  assertPartyMayTravel(
    order.passengers,
    flights.map((flight) => flight.departureLocal),
  );
  const offers = await offersAtExpectedTotal(parts, order, flights, nowMs);
  return sellUnderFreeReference(parts, toRecord(order, offers, { userId, nowMs, currency: parts.currency }), offers);
}

/** The cabins asked for, at the price the client expects; before a difference is reported, prices are fetched anew. */
async function offersAtExpectedTotal(
  parts: PlaceBookingParts,
  order: NewBooking,
  flights: readonly Flight[],
  nowMs: number,
): Promise<Offer[]> {
  const offers = offersFor(order, flights, nowMs);
  const { expectedTotal } = order;
  if (!expectedTotal) return offers;
  if (expectedTotal.currency !== parts.currency) {
    throw new BookingError('currency_not_sold', `Prices are in ${parts.currency}.`, { at: '/expectedTotal/currency' });
  }
  const seats = seatsFor(order.passengers);
  if (totalOf(offers, seats) === expectedTotal.amount) return offers;
  const current = offersFor(order, await findFlightsForSale(parts, flightIdsOf(order), { nowMs, fresh: true }), nowMs);
  const total = { amount: totalOf(current, seats), currency: parts.currency };
  if (total.amount === expectedTotal.amount) return current;
  throw new BookingError('price_changed', 'The price is not the one you expect.', { facts: { total } });
}

function offersFor(order: NewBooking, flights: readonly Flight[], nowMs: number): Offer[] {
  return flights.map((flight, index) => {
    const asked = order.flights[index];
    if (!asked) throw new Error('Flights are found in the number and order they were asked for.');
    return offerOf(flight, asked.cabin, index, nowMs);
  });
}

function toRecord(
  order: NewBooking,
  offers: readonly Offer[],
  by: { userId: string; nowMs: number; currency: string },
): BookingRecord {
  const seats = seatsFor(order.passengers);
  return {
    id: newId('bkg'),
    reference: toBookingReference(randomBytes(6)),
    userId: by.userId,
    status: 'confirmed',
    holdExpiresAtMs: null,
    contact: { email: order.contact.email, phone: order.contact.phone ?? null },
    totalMinor: totalOf(offers, seats),
    currency: by.currency,
    version: 1,
    createdAtMs: by.nowMs,
    updatedAtMs: by.nowMs,
    segments: offers.map((offer) => toSegment(offer, seats)),
    passengers: order.passengers.map(({ dateOfBirth, ...passenger }) => ({
      id: newId('pax'),
      ...passenger,
      dateOfBirth: dateOfBirth ?? null,
    })),
  };
}

function toSegment({ flight, fare }: Offer, seats: number): SegmentRecord {
  const { flightNumber, origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal } = flight;
  return {
    flightId: flight.id,
    cabin: fare.cabin,
    seats,
    departsAtMs: fromInstant(departureTime),
    priceMinor: fare.price.amount,
    flightVersion: flight.version,
    details: {
      flightNumber,
      origin,
      destination,
      departureTime,
      arrivalTime,
      departureLocal,
      arrivalLocal,
      rules: fare.rules,
    },
  };
}

async function sellUnderFreeReference(
  { desk, bookings }: PlaceBookingParts,
  record: BookingRecord,
  offers: readonly Offer[],
): Promise<BookingRecord> {
  const flights = offers.map(({ flight }) => flight);
  for (let tries = 1; ; tries++) {
    try {
      const reference = tries === 1 ? record.reference : toBookingReference(randomBytes(6));
      return await desk.sell({ ...record, reference }, flights);
    } catch (error) {
      if (tries === maximumReferences || !bookings.isReferenceTaken(error)) throw error;
    }
  }
}

const flightIdsOf = (order: NewBooking) => order.flights.map(({ flightId }) => flightId);
