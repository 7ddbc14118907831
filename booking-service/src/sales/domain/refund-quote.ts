import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { isMovedByAirline } from './airline-changes.ts';

/** Why a segment is refunded as it is. */
export type RefundRule =
  | 'airline_cancelled'
  | 'airline_changed'
  | 'free_within_24_hours'
  | 'fare_refundable'
  | 'fare_not_refundable'
  | 'flown';

/** What a cancellation gives back for one flight, in minor units of the booking's currency. */
export type RefundLine = {
  readonly flightId: string;
  readonly paidMinor: number;
  readonly refundMinor: number;
  readonly rule: RefundRule;
};

export type RefundQuote = {
  readonly refundMinor: number;
  readonly feeMinor: number;
  readonly lines: readonly RefundLine[];
};

/** Why everything that was not flown is given back or may be changed for free. */
export type FreeRule = Extract<RefundRule, 'airline_cancelled' | 'airline_changed' | 'free_within_24_hours'>;

const dayMs = 86_400_000;

/**
 * What a cancellation now would give back, flight by flight. A flight that has left is flown, and gives nothing back.
 * @param reason `airline` gives all the others back, whatever the fares say.
 */
export function quoteRefund(
  booking: BookingRecord,
  { nowMs, reason }: { nowMs: number; reason: 'customer' | 'airline' },
): RefundQuote {
  const free = reason === 'airline' ? 'airline_cancelled' : freeRuleOf(booking, nowMs);
  const lines = booking.segments.map((segment) => quoteSegment(segment, free, nowMs));
  const paidMinor = lines.reduce((sum, line) => sum + line.paidMinor, 0);
  const refundMinor = lines.reduce((sum, line) => sum + line.refundMinor, 0);
  return { refundMinor, feeMinor: paidMinor - refundMinor, lines };
}

/** Why a customer may cancel or change without a fee at this moment, if so. */
export function freeRuleOf(booking: BookingRecord, nowMs: number): FreeRule | undefined {
  if (isMovedByAirline(booking, nowMs)) return 'airline_changed';
  return isWithin24Hours(booking, nowMs) ? 'free_within_24_hours' : undefined;
}

/**
 * What of a segment's price may be given back, before fees. What was paid with a fare that is not refundable stays so: else
 * it would be had back by way of another fare. Where the airline is the reason, all of it goes back.
 */
export function refundableMinor({ priceMinor, seats, details }: SegmentRecord, free: FreeRule | undefined): number {
  const paidMinor = priceMinor * seats;
  if (free === 'airline_cancelled' || free === 'airline_changed') return paidMinor;
  return free || details.rules.refundable ? paidMinor - (details.boundMinor ?? 0) : 0;
}

function quoteSegment(segment: SegmentRecord, free: FreeRule | undefined, nowMs: number): RefundLine {
  const { flightId, priceMinor, seats, departsAtMs, details } = segment;
  const paidMinor = priceMinor * seats;
  if (departsAtMs <= nowMs) return { flightId, paidMinor, refundMinor: 0, rule: 'flown' };
  const mostMinor = refundableMinor(segment, free);
  if (free) return { flightId, paidMinor, refundMinor: mostMinor, rule: free };
  if (!details.rules.refundable) return { flightId, paidMinor, refundMinor: 0, rule: 'fare_not_refundable' };
  const feeMinor = details.rules.cancelFee.amount * seats;
  const refundMinor = Math.max(0, Math.min(mostMinor, paidMinor - feeMinor));
  return { flightId, paidMinor, refundMinor, rule: 'fare_refundable' };
}

/** 14 CFR 259.5(b)(4): free for 24 hours after booking, where that was seven days or more before departure. */
function isWithin24Hours({ createdAtMs, segments }: BookingRecord, nowMs: number): boolean {
  const firstDepartureMs = Math.min(...segments.map(({ departsAtMs }) => departsAtMs));
  return nowMs - createdAtMs <= dayMs && firstDepartureMs - createdAtMs >= 7 * dayMs;
}
