import type { BookingRecord, CabinOfFlight, SegmentRecord } from '../../bookings/domain/booking.ts';
import { keptMinor } from './quote-of-paid.ts';
import { freeRuleOf } from './refund-quote.ts';

/** What a change costs, in minor units of the booking's currency. */
export type ChangeQuote = {
  /** The price of all segments afterwards; those that stay keep the price they were sold at. */
  readonly totalMinor: number;
  /** Kept for the change: the fees of the fares that are given up, and what of a credit is not given back. */
  readonly feeMinor: number;
  /** To be paid now. */
  readonly dueMinor: number;
  /** To be given back now; 0 where something is due. */
  readonly refundMinor: number;
};

export const isSameCabin = (one: CabinOfFlight, other: CabinOfFlight): boolean =>
  one.flightId === other.flightId && one.cabin === other.cabin;

/** The segments that a booking gives up to become `next`. */
export const droppedBy = ({ segments }: BookingRecord, next: readonly CabinOfFlight[]): SegmentRecord[] =>
  segments.filter((segment) => !next.some((other) => isSameCabin(segment, other)));

/**
 * What it costs to put `next` in the place of a booking's segments: the difference of the prices, and for each seat that
 * is given up the fee of its fare; no fee while the booking may be cancelled for free. Of a credit, only the worth of
 * refundable fares is given back, and never more than was paid.
 *
 * Whatever is quoted, nothing gets lost: what is kept afterwards is what was kept before, and `dueMinor`, less
 * `refundMinor`; and it is the new total and all fees.
 * @param known.isPaidHere false where nothing is ever paid: then nothing is due, kept or given back.
 */
export function quoteChange(
  booking: BookingRecord,
  next: readonly SegmentRecord[],
  { nowMs, isPaidHere }: { readonly nowMs: number; readonly isPaidHere: boolean },
): ChangeQuote {
  const totalMinor = next.reduce((sum, { priceMinor, seats }) => sum + priceMinor * seats, 0);
  // Nothing was paid for a held booking yet: its new total is what will be.
  if (booking.status === 'pending' || !isPaidHere) return { totalMinor, feeMinor: 0, dueMinor: 0, refundMinor: 0 };

  const dropped = droppedBy(booking, next);
  const isFree = freeRuleOf(booking, nowMs) !== undefined;
  const changeFeeMinor = isFree ? 0 : sumOf(dropped, ({ details, seats }) => details.rules.changeFee.amount * seats);
  const balanceMinor = totalMinor + changeFeeMinor - booking.totalMinor;
  if (balanceMinor >= 0) return { totalMinor, feeMinor: changeFeeMinor, dueMinor: balanceMinor, refundMinor: 0 };

  const refundable = dropped.filter(({ details }) => isFree || details.rules.refundable);
  const refundMinor = Math.min(
    -balanceMinor,
    sumOf(refundable, ({ priceMinor, seats }) => priceMinor * seats),
    keptMinor(booking),
  );
  return { totalMinor, feeMinor: changeFeeMinor - balanceMinor - refundMinor, dueMinor: 0, refundMinor };
}

const sumOf = (segments: readonly SegmentRecord[], amount: (segment: SegmentRecord) => number): number =>
  segments.reduce((sum, segment) => sum + amount(segment), 0);
