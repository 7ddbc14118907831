import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { isBookable, maximumTotalMinor, salesCloseMinutes } from '../../sales/domain/offer.ts';
import { segmentOfOffer } from '../../sales/domain/segment-of-offer.ts';
import type { WaitlistEntry } from './waitlist-entry.ts';

/** An offer that ended sooner, because sales close, could hardly be read and paid for. */
const shortestOfferMs = 5 * 60_000;

/** On what terms waiting parties are offered seats. */
export type OfferTerms = {
  /** How long an offer is held, if the flight does not leave before. */
  readonly offerMs: number;
  readonly currency: string;
  /** Nothing is ever paid here: seats are given, not offered. */
  readonly isFree: boolean;
  readonly maximumHeldSeats: number;
};

/** Whether seats of a flight are offered to waiting parties at this moment. */
export const takesOffers = (flight: Flight, nowMs: number): boolean => isBookable(flight, nowMs + shortestOfferMs);

/**
 * The booking that gives a waiting party its seats, at the present fare; nothing where the flight is not sold any more,
 * has no such cabin, or costs more than is handled. Held to be paid for; confirmed where there is nothing to pay.
 */
export function bookingForParty(
  entry: WaitlistEntry,
  flight: Flight,
  terms: OfferTerms & {
    readonly nowMs: number;
    readonly bookingId: string;
    readonly newPassengerId: () => string;
    readonly reference: string;
  },
): BookingRecord | undefined {
  const { nowMs } = terms;
  const fare = flight.fares.find(({ cabin }) => cabin === entry.cabin);
  if (!fare || !takesOffers(flight, nowMs)) return undefined;
  const totalMinor = fare.price.amount * entry.seats;
  if (totalMinor > maximumTotalMinor) return undefined;
  const salesCloseAtMs = Date.parse(flight.departureTime) - salesCloseMinutes * 60_000;
  const isPaid = terms.isFree || totalMinor === 0;
  return {
    id: terms.bookingId,
    reference: terms.reference,
    userId: entry.userId,
    status: isPaid ? 'confirmed' : 'pending',
    holdExpiresAtMs: isPaid ? null : Math.min(nowMs + terms.offerMs, salesCloseAtMs),
    contact: entry.contact,
    totalMinor,
    currency: terms.currency,
    announced: true,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    segments: [segmentOfOffer({ flight, fare }, entry.seats)],
    passengers: entry.passengers.map((passenger) => ({ id: terms.newPassengerId(), ...passenger, seats: {} })),
    payments: [],
    refunds: [],
    feesMinor: 0,
    openChange: null,
  };
}
