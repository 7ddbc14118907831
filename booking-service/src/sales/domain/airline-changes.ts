import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';

/** By so much an airline may move a flight before its travellers may leave or change for free. */
const movedByMs = 3 * 3_600_000;

/** Whether a flight that has not left yet now leaves or arrives more than three hours from when it was sold to. */
export function isMovedByAirline({ segments }: Pick<BookingRecord, 'segments'>, nowMs: number): boolean {
  return segments.some((segment) => segment.departsAtMs > nowMs && longestMoveMs(segment) > movedByMs);
}

function longestMoveMs({ details: { soldTimes, departureTime, arrivalTime } }: SegmentRecord): number {
  if (!soldTimes) return 0;
  const moved = (from: string, to: string) => Math.abs(Date.parse(to) - Date.parse(from));
  return Math.max(moved(soldTimes.departureTime, departureTime), moved(soldTimes.arrivalTime, arrivalTime));
}
