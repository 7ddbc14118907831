import type { SegmentRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import type { DeskState } from './desk-state.ts';

/** A newer version of a flight became known while it was being sold: look at it again, then sell. */
export class OutdatedFlights extends Error {
  override readonly name = 'OutdatedFlights';
}

/**
 * Under the lock of its seats no news of a flight can come in, so that each sale is either told of it or made by it.
 * @throws OutdatedFlights
 */
export function assertNewest(state: DeskState, { flight: { id, version } }: FlightCopy): void {
  const { knownVersion } = state.flight(id);
  if (knownVersion > version) throw new OutdatedFlights(`Flight ${id} has changed since version ${version}.`);
}

/** @throws BookingError `flight_not_bookable` or `sold_out`. */
export function assertOnSale(state: DeskState, segment: SegmentRecord): void {
  const { flightId, cabin, seats, details } = segment;
  const facts = { flightId };
  if (state.flight(flightId).closed) {
    throw new BookingError('flight_not_bookable', `Flight ${details.flightNumber} is closed for sale.`, { facts });
  }
  const locked = state.cabin(flightId, cabin);
  if (locked && locked.sold + locked.held + seats <= locked.capacity) return;
  throw new BookingError('sold_out', `Flight ${details.flightNumber} has fewer than ${seats} seats left in ${cabin}.`, {
    facts,
  });
}
