import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { droppedBy, isSameCabin } from '../domain/change-quote.ts';
import type { DeskState } from './desk-state.ts';
import { leaveSeats, seatEverybody } from './seating.ts';

/** Holds the seats of segments that a booking is to get. */
export function holdSeats(state: DeskState, segments: readonly SegmentRecord[]): void {
  for (const { flightId, cabin, seats } of segments) state.move(flightId, cabin, { held: seats });
}

/** Puts the seats that are held for a booking's open change, if it has one, back on sale. */
export function dropChange(state: DeskState, booking: BookingRecord): BookingRecord {
  for (const { flightId, cabin, seats } of booking.openChange?.added ?? []) {
    state.move(flightId, cabin, { held: -seats });
  }
  return booking.openChange ? { ...booking, openChange: null } : booking;
}

/**
 * Puts other segments in the place of a booking's own, whose seats go back on sale. The seats of those that are new were
 * taken before; who is booked firmly gets one by number.
 */
export function replaceSegments(
  state: DeskState,
  booking: BookingRecord,
  next: readonly SegmentRecord[],
): BookingRecord {
  const left = leaveSeats(state, booking, droppedBy(booking, next));
  const changed = { ...left, segments: next };
  return changed.status === 'confirmed' ? seatEverybody(state, changed) : changed;
}

/** What a booking is to hold after its open change: segments as it has them now, and new ones. */
export function segmentsAfterChange({ segments, openChange }: BookingRecord): SegmentRecord[] {
  if (!openChange) return [...segments];
  return openChange.flights.map((flight) => {
    const segment = [...segments, ...openChange.added].find((one) => isSameCabin(one, flight));
    if (!segment) throw new Error(`A change names flight ${flight.flightId}, which is neither booked nor added.`);
    return segment;
  });
}
