import { type SegmentRecord, terminalsOf } from '../../bookings/domain/booking.ts';
import type { Offer } from './offer.ts';

/** What is sold of a flight, as it is at this moment, to so many who take a seat. */
export function segmentOfOffer({ flight, fare }: Offer, seats: number): SegmentRecord {
  const { flightNumber, origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal } = flight;
  return {
    flightId: flight.id,
    cabin: fare.cabin,
    seats,
    departsAtMs: Date.parse(departureTime),
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
      ...terminalsOf(flight),
      rules: fare.rules,
    },
  };
}
