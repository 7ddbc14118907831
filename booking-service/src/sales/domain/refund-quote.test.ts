import { expect, test } from 'vitest';
import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { quoteRefund } from './refund-quote.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bookedAtMs = Date.parse('2026-06-01T12:00:00Z');

const money = (amount: number) => ({ amount, currency: 'USD' });

function segment(changes: { flightId?: string; refundable?: boolean; cancelFee?: number; departsAfterMs?: number }) {
  const { flightId = 'flt_1', refundable = true, cancelFee = 5_000, departsAfterMs = 3 * dayMs } = changes;
  const details = { rules: { refundable, cancelFee: money(cancelFee), changeFee: money(0) } };
  const facts = { flightId, cabin: 'economy', seats: 2, priceMinor: 30_000, departsAtMs: bookedAtMs + departsAfterMs };
  // Of a segment's details, quotes look at the rules alone.
  return { ...facts, details } as unknown as SegmentRecord;
}

// Of a booking, quotes look at these two alone.
const booked = (...segments: SegmentRecord[]) => ({ createdAtMs: bookedAtMs, segments }) as unknown as BookingRecord;
const quote = (booking: BookingRecord, afterMs: number, reason: 'customer' | 'airline' = 'customer') =>
  quoteRefund(booking, { nowMs: bookedAtMs + afterMs, reason });

test('a refundable fare gives back what was paid, less the fee of each passenger', () => {
  expect(quote(booked(segment({})), 2 * dayMs)).toEqual({
    refundMinor: 50_000,
    feeMinor: 10_000,
    lines: [{ flightId: 'flt_1', paidMinor: 60_000, refundMinor: 50_000, rule: 'fare_refundable' }],
  });
});

test('a fee that is more than what was paid leaves nothing, and takes nothing', () => {
  expect(quote(booked(segment({ cancelFee: 40_000 })), dayMs)).toMatchObject({ refundMinor: 0, feeMinor: 60_000 });
});

test('each flight goes by its own fare', () => {
  const { lines, refundMinor } = quote(
    booked(segment({}), segment({ flightId: 'flt_2', refundable: false })),
    2 * dayMs,
  );
  expect(lines.map(({ rule, refundMinor: refund }) => [rule, refund])).toEqual([
    ['fare_refundable', 50_000],
    ['fare_not_refundable', 0],
  ]);
  expect(refundMinor).toBe(50_000);
});

test.for([
  ['24 hours after booking, 7 days ahead', dayMs, 7 * dayMs, 60_000],
  ['a moment after 24 hours', dayMs + 1, 7 * dayMs, 0],
  ['less than 7 days ahead', hourMs, 7 * dayMs - 1, 0],
  ['at once, months ahead', 0, 90 * dayMs, 60_000],
] as const)('%s, a fare that is not refundable gives %i back', ([, afterMs, departsAfterMs, refundMinor]) => {
  expect(quote(booked(segment({ refundable: false, departsAfterMs })), afterMs).refundMinor).toBe(refundMinor);
});

test('the seven days count to the first flight', () => {
  const near = segment({ refundable: false, departsAfterMs: dayMs });
  const far = segment({ flightId: 'flt_2', refundable: false, departsAfterMs: 30 * dayMs });
  expect(quote(booked(far, near), hourMs).refundMinor).toBe(0);
});

test('when the airline is the reason, everything goes back', () => {
  expect(quote(booked(segment({ refundable: false })), 2 * dayMs, 'airline')).toMatchObject({
    refundMinor: 60_000,
    feeMinor: 0,
    lines: [{ rule: 'airline_cancelled' }],
  });
});

test('a flight that has left gives nothing back, whoever cancels', () => {
  const [flown, ahead] = [
    segment({ departsAfterMs: dayMs }),
    segment({ flightId: 'flt_2', departsAfterMs: 30 * dayMs }),
  ];
  for (const reason of ['customer', 'airline'] as const) {
    const { lines } = quote(booked(flown, ahead), 2 * dayMs, reason);
    expect(lines.map(({ rule, refundMinor }) => [rule, refundMinor > 0])).toEqual([
      ['flown', false],
      [reason === 'airline' ? 'airline_cancelled' : 'fare_refundable', true],
    ]);
  }
});

test.for([
  ['three hours', 180, 'fare_not_refundable', 0],
  ['more than three hours', 181, 'airline_changed', 60_000],
] as const)('a flight that arrives %s later than it was sold gives back by %s', ([, minutes, rule, refundMinor]) => {
  const sold = segment({ refundable: false });
  const arrivalTime = '2026-06-04T20:00:00Z';
  const soldTimes = { departureTime: '2026-06-04T12:00:00Z', arrivalTime };
  const later = new Date(Date.parse(arrivalTime) + minutes * 60_000).toISOString();
  const details = { ...sold.details, soldTimes, departureTime: soldTimes.departureTime, arrivalTime: later };
  expect(quote(booked({ ...sold, details }), 2 * dayMs)).toMatchObject({ refundMinor, lines: [{ rule }] });
});
