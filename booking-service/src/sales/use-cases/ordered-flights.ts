import type { NewBooking } from '@jetbridge/contracts/bookings/routes.ts';
import { itineraryOffer } from '@jetbridge/contracts/flights/itineraries.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import type { TextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import { BookingError } from '../../domain/errors.ts';

/** A flight as it was ordered; with a price where the customer was promised one. */
export type OrderedFlight = {
  readonly flightId: string;
  readonly cabin: Cabin;
  readonly promisedMinor?: number;
};

/**
 * The flights of an order: those it names, or those of its itinerary, whose id is a promise of flight-search-service that
 * nobody else can have made.
 * @throws BookingError `itinerary_not_found` or `itinerary_expired`.
 */
export function orderedFlights(
  { flights, itineraryId }: Pick<NewBooking, 'flights' | 'itineraryId'>,
  { signer, nowMs }: { signer: TextSigner; nowMs: number },
): readonly OrderedFlight[] {
  if (flights) return flights;
  const text = signer.read(itineraryId ?? '');
  if (text === undefined) throw new BookingError('itinerary_not_found', 'There is no such itinerary.');
  const offer = itineraryOffer.parse(JSON.parse(text));
  if (nowMs > offer.expiresAtMs) {
    throw new BookingError('itinerary_expired', 'The price of this itinerary held for 15 minutes: search again.');
  }
  return offer.flights.map(({ id, price }) => ({ flightId: id, cabin: offer.cabin, promisedMinor: price }));
}
