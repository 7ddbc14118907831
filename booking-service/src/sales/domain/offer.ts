import type { Cabin, Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { BookingError } from '../../domain/errors.ts';

/** Sales close this long before departure. */
export const salesCloseMinutes = 30;

/** The largest amount of money that the contract knows. */
export const maximumTotalMinor = 1_000_000_000_000;

/** A cabin of a flight at its present price, ready to be sold. */
export type Offer = { readonly flight: Flight; readonly fare: Fare };

/**
 * Finds the cabin's fare on a flight that can still be booked.
 * @param index the flight's place in the request, for the pointer of an error.
 * @throws BookingError `flight_not_bookable` or `cabin_not_offered`.
 */
export function offerOf(flight: Flight, cabin: Cabin, index: number, nowMs: number): Offer {
  assertBookable(flight, nowMs);
  const fare = flight.fares.find((candidate) => candidate.cabin === cabin);
  if (!fare) {
    const offered = flight.fares.map((candidate) => candidate.cabin).join(', ');
    throw new BookingError('cabin_not_offered', `Flight ${flight.flightNumber} offers ${offered}.`, {
      at: `/flights/${index}/cabin`,
    });
  }
  return { flight, fare };
}

/** An offer at the price that was promised for one passenger, whatever it costs by now. */
export function offerAt({ flight, fare }: Offer, promisedMinor: number): Offer {
  return { flight, fare: { ...fare, price: { ...fare.price, amount: promisedMinor } } };
}

/**
 * The price of all offers for everyone who takes a seat, in minor units; infants on laps are free.
 * @throws BookingError `total_too_large`.
 */
export function totalOf(offers: readonly Offer[], seats: number): number {
  const totalMinor = offers.reduce((sum, { fare }) => sum + fare.price.amount * seats, 0);
  assertAmount(totalMinor);
  return totalMinor;
}

/** @throws BookingError `total_too_large`, for what could neither be told nor paid. */
export function assertAmount(amountMinor: number): void {
  if (amountMinor <= maximumTotalMinor) return;
  throw new BookingError('total_too_large', 'The total is more than this system handles; book fewer at once.', {
    at: '/flights',
  });
}

/** Whether seats of a flight are sold now. */
export function isBookable({ status, departureTime }: Flight, nowMs: number): boolean {
  const isOpen = status === 'scheduled' || status === 'delayed' || status === 'boarding';
  return isOpen && nowMs <= Date.parse(departureTime) - salesCloseMinutes * 60_000;
}

function assertBookable(flight: Flight, nowMs: number): void {
  if (isBookable(flight, nowMs)) return;
  throw new BookingError(
    'flight_not_bookable',
    flight.status === 'cancelled'
      ? `Flight ${flight.flightNumber} is cancelled.`
      : `Sales of flight ${flight.flightNumber} close ${salesCloseMinutes} minutes before its departure at ${flight.departureTime}.`,
    { facts: { flightId: flight.id } },
  );
}
