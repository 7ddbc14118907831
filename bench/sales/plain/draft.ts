import { randomBytes } from 'node:crypto';
import type { NewBooking } from '@jetbridge/contracts/bookings/routes.ts';
import type { PaymentMethod } from '@jetbridge/contracts/bookings/schemas.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { CabinLayout, Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';

/** A booking that was asked for, checked and priced, before anything of it is stored. */
export type Draft = {
  readonly booking: {
    readonly id: string;
    readonly reference: string;
    readonly userId: string;
    readonly contactEmail: string;
    readonly contactPhone: string | null;
    readonly totalMinor: number;
    readonly currency: string;
    readonly createdAtMs: number;
    /** Of one flight: everybody but infants. */
    readonly seats: number;
  };
  readonly segments: readonly {
    readonly flight: Flight;
    readonly fare: Fare;
    readonly layout: CabinLayout | undefined;
  }[];
  readonly passengers: readonly (NewBooking['passengers'][number] & { readonly id: string })[];
  readonly payment: {
    readonly id: string;
    readonly method: PaymentMethod;
    readonly token: string;
    readonly amountMinor: number;
    readonly currency: string;
    readonly createdAtMs: number;
  };
};

const salesCloseMs = 30 * 60_000;
const referenceAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** @throws HttpProblem 409 or 422 with the reason why it can't be booked. */
export function draftBooking(
  order: NewBooking,
  flights: readonly FlightForSale[],
  { userId, nowMs }: { userId: string; nowMs: number },
): Draft {
  const { payment } = order;
  if (!payment) throw invalidBodyAt('/payment', 'required', 'is needed: this seller holds nothing without a payment');
  const seats = order.passengers.filter(({ type }) => type !== 'infant').length;
  const segments = flights.map((one, index) => offerOf(one, flightsOf(order)[index]?.cabin, nowMs));
  const totalMinor = segments.reduce((sum, { fare }) => sum + fare.price.amount * seats, 0);
  const currency = segments[0]?.fare.price.currency ?? '';
  const { expectedTotal } = order;
  if (expectedTotal && (expectedTotal.amount !== totalMinor || expectedTotal.currency !== currency)) {
    const facts = { total: { amount: totalMinor, currency } };
    throw new HttpProblem({ status: 409, code: 'price_changed', detail: 'The price is another one.', facts });
  }
  return {
    booking: {
      id: newId('bkg'),
      reference: Array.from(randomBytes(6), (byte) => referenceAlphabet.charAt(byte % 32)).join(''),
      userId,
      contactEmail: order.contact.email,
      contactPhone: order.contact.phone ?? null,
      totalMinor,
      currency,
      createdAtMs: nowMs,
      seats,
    },
    segments,
    passengers: order.passengers.map((passenger) => ({ id: newId('pax'), ...passenger })),
    payment: { id: newId('pay'), ...payment, amountMinor: totalMinor, currency, createdAtMs: nowMs },
  };
}

function offerOf({ flight, layout }: FlightForSale, cabin: string | undefined, nowMs: number) {
  const open = flight.status === 'scheduled' || flight.status === 'delayed' || flight.status === 'boarding';
  if (!open || nowMs > Date.parse(flight.departureTime) - salesCloseMs) {
    throw new HttpProblem({ status: 409, code: 'flight_not_bookable', detail: 'The flight is not on sale.' });
  }
  const fare = flight.fares.find((candidate) => candidate.cabin === cabin);
  if (!fare) throw invalidBodyAt('/flights', 'cabin_not_offered', 'The flight does not offer this cabin.');
  return { flight, fare, layout: layout.find((candidate) => candidate.cabin === cabin) };
}

/** This seller knows no itineraries. */
export function flightsOf({ flights }: Pick<NewBooking, 'flights'>): NonNullable<NewBooking['flights']> {
  if (flights) return flights;
  throw invalidBodyAt('/flights', 'required', 'is needed: this seller knows no itineraries');
}
