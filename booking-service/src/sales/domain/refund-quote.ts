import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';

/** Why a segment is refunded as it is. */
export type RefundRule = 'airline_cancelled' | 'free_within_24_hours' | 'fare_refundable' | 'fare_not_refundable';

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

const dayMs = 86_400_000;

/**
 * What a cancellation now would give back, flight by flight.
 * @param reason `airline` gives everything back, whatever the fares say.
 */
export function quoteRefund(
  booking: BookingRecord,
  { nowMs, reason }: { nowMs: number; reason: 'customer' | 'airline' },
): RefundQuote {
  const free = isWithin24Hours(booking, nowMs);
  const lines = booking.segments.map((segment) => quoteSegment(segment, reason, free));
  const paidMinor = lines.reduce((sum, line) => sum + line.paidMinor, 0);
  const refundMinor = lines.reduce((sum, line) => sum + line.refundMinor, 0);
  return { refundMinor, feeMinor: paidMinor - refundMinor, lines };
}

function quoteSegment(segment: SegmentRecord, reason: 'customer' | 'airline', free: boolean): RefundLine {
  const { flightId, priceMinor, seats, details } = segment;
  const paidMinor = priceMinor * seats;
  if (reason === 'airline') return { flightId, paidMinor, refundMinor: paidMinor, rule: 'airline_cancelled' };
  if (free) return { flightId, paidMinor, refundMinor: paidMinor, rule: 'free_within_24_hours' };
  if (!details.rules.refundable) return { flightId, paidMinor, refundMinor: 0, rule: 'fare_not_refundable' };
  const feeMinor = details.rules.cancelFee.amount * seats;
  return { flightId, paidMinor, refundMinor: Math.max(0, paidMinor - feeMinor), rule: 'fare_refundable' };
}

/** 14 CFR 259.5(b)(4): free for 24 hours after booking, where that was seven days or more before departure. */
function isWithin24Hours({ createdAtMs, segments }: BookingRecord, nowMs: number): boolean {
  const firstDepartureMs = Math.min(...segments.map(({ departsAtMs }) => departsAtMs));
  return nowMs - createdAtMs <= dayMs && firstDepartureMs - createdAtMs >= 7 * dayMs;
}
