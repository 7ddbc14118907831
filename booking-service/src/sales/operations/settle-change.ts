import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import type { DeskState } from '../desk/desk-state.ts';
import { replaceSegments, segmentsAfterChange } from '../desk/open-change.ts';
import { droppedBy } from '../domain/change-quote.ts';

/** Whether a payment is the one that a booking's open change waits for. */
export const isWaitedForBy = ({ openChange }: BookingRecord, paymentId: string): boolean =>
  openChange?.paymentId === paymentId;

/**
 * Whether a change that is paid can still be made: no flight of the booking is cancelled, nor one that it is to get, and
 * neither those nor what it gives up have left meanwhile. (Who gives up a cancelled flight is owed more than a change.)
 */
export function canBeCompleted(state: DeskState, booking: BookingRecord, nowMs: number): boolean {
  const { status, segments, openChange } = booking;
  if (status !== 'confirmed' || !openChange) return false;
  const { added, flights } = openChange;
  return (
    [...segments, ...added].every(({ flightId }) => !state.flight(flightId).closed) &&
    [...droppedBy(booking, flights), ...added].every(({ departsAtMs }) => departsAtMs > nowMs)
  );
}

/** Makes a change that is paid: what was held is sold, what is given up is on sale again. */
export function completeChange(state: DeskState, booking: BookingRecord): BookingRecord {
  const { openChange } = booking;
  if (!openChange) throw new Error(`Booking ${booking.id} has no change to complete.`);
  for (const { flightId, cabin, seats } of openChange.added) state.move(flightId, cabin, { held: -seats, sold: seats });
  for (const segment of openChange.added) followUp(state, segment);
  return {
    ...replaceSegments(state, booking, segmentsAfterChange(booking)),
    openChange: null,
    totalMinor: openChange.totalMinor,
    feesMinor: booking.feesMinor + openChange.feeMinor,
  };
}

/** What the airline changed while the seats were only held has yet to be carried into the booking. */
function followUp(state: DeskState, { flightId, flightVersion }: SegmentRecord): void {
  const { knownVersion } = state.flight(flightId);
  if (knownVersion > flightVersion) state.followFlight(flightId, knownVersion);
}
