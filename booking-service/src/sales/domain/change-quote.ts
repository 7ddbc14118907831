import type { BookingRecord, CabinOfFlight, SegmentRecord } from '../../bookings/domain/booking.ts';
import { keptMinor } from './quote-of-paid.ts';
import { freeRuleOf, refundableMinor } from './refund-quote.ts';

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
  const totalMinor = sumOf(next, worthOf);
  // Nothing was paid for a held booking yet: its new total is what will be.
  if (booking.status === 'pending' || !isPaidHere) return { totalMinor, feeMinor: 0, dueMinor: 0, refundMinor: 0 };

  const dropped = droppedBy(booking, next);
  const free = freeRuleOf(booking, nowMs);
  const changeFeeMinor = free ? 0 : sumOf(dropped, ({ details, seats }) => details.rules.changeFee.amount * seats);
  const balanceMinor = totalMinor + changeFeeMinor - booking.totalMinor;
  if (balanceMinor >= 0) return { totalMinor, feeMinor: changeFeeMinor, dueMinor: balanceMinor, refundMinor: 0 };

  const refundMinor = Math.min(
    -balanceMinor,
    sumOf(dropped, (segment) => refundableMinor(segment, free)),
    keptMinor(booking),
  );
  return { totalMinor, feeMinor: changeFeeMinor - balanceMinor - refundMinor, dueMinor: 0, refundMinor };
}

/**
 * The segments of a change, the new ones of them bound as far as they are paid with what is given up and not refundable;
 * those first of which nothing would be given back anyway.
 */
export function bindToDropped(
  booking: BookingRecord,
  next: readonly SegmentRecord[],
  { nowMs, isPaidHere }: { readonly nowMs: number; readonly isPaidHere: boolean },
): SegmentRecord[] {
  if (booking.status === 'pending' || !isPaidHere) return [...next];
  const free = freeRuleOf(booking, nowMs);
  let leftMinor = sumOf(droppedBy(booking, next), (segment) => worthOf(segment) - refundableMinor(segment, free));
  const bound = new Map<SegmentRecord, number>();
  const added = next.filter((segment) => !booking.segments.includes(segment));
  const byRefundable = Map.groupBy(added, ({ details }) => details.rules.refundable);
  for (const segment of [...(byRefundable.get(false) ?? []), ...(byRefundable.get(true) ?? [])]) {
    const boundMinor = Math.min(leftMinor, worthOf(segment));
    leftMinor -= boundMinor;
    if (boundMinor > 0) bound.set(segment, boundMinor);
  }
  return next.map((segment) => {
    const boundMinor = bound.get(segment);
    return boundMinor === undefined ? segment : { ...segment, details: { ...segment.details, boundMinor } };
  });
}

const worthOf = ({ priceMinor, seats }: SegmentRecord): number => priceMinor * seats;

const sumOf = (segments: readonly SegmentRecord[], amount: (segment: SegmentRecord) => number): number =>
  segments.reduce((sum, segment) => sum + amount(segment), 0);
