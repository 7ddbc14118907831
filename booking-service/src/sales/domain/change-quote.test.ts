import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildBooking, buildPayment, buildRefund, buildSegment } from '../../../tests/booking-records.ts';
import type { BookingRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { bindToDropped, quoteChange } from './change-quote.ts';
import { keptMinor } from './quote-of-paid.ts';
import { quoteRefund } from './refund-quote.ts';

const bookedAtMs = Date.parse('2026-06-01T12:00:00Z');
const dayMs = 86_400_000;
const later = { nowMs: bookedAtMs + 2 * dayMs, isPaidHere: true };

type Terms = { price?: number; seats?: number; changeFee?: number; refundable?: boolean };

function segment(flightId: string, { price = 30_000, seats = 2, changeFee = 1_000, refundable = true }: Terms = {}) {
  const built = buildSegment(flightId);
  const rules = { ...built.details.rules, changeFee: { amount: changeFee, currency: 'USD' }, refundable };
  return { ...built, priceMinor: price, seats, details: { ...built.details, rules } };
}

const worthOf = (segments: readonly SegmentRecord[]) =>
  segments.reduce((sum, { priceMinor, seats }) => sum + priceMinor * seats, 0);

function paidFor(...segments: SegmentRecord[]): BookingRecord {
  const totalMinor = worthOf(segments);
  const payments = [buildPayment('succeeded', { amountMinor: totalMinor })];
  return buildBooking('confirmed', { segments, totalMinor, payments, createdAtMs: bookedAtMs });
}

test('a dearer flight costs the difference, and the fee for each seat that is given up', () => {
  const next = [segment('flt_2', { price: 34_000 })];
  expect(quoteChange(paidFor(segment('flt_1')), next, later)).toEqual({
    totalMinor: 68_000,
    feeMinor: 2_000,
    dueMinor: 10_000,
    refundMinor: 0,
  });
});

test('a cheaper flight gives the difference back, less the fee', () => {
  const next = [segment('flt_2', { price: 20_000 })];
  expect(quoteChange(paidFor(segment('flt_1')), next, later)).toEqual({
    totalMinor: 40_000,
    feeMinor: 2_000,
    dueMinor: 0,
    refundMinor: 18_000,
  });
});

test('what a fare that is not refundable was worth can buy another flight, but is not given back', () => {
  const strict = paidFor(segment('flt_1', { refundable: false }));
  expect(quoteChange(strict, [segment('flt_2', { price: 20_000 })], later)).toEqual({
    totalMinor: 40_000,
    feeMinor: 20_000,
    dueMinor: 0,
    refundMinor: 0,
  });
  expect(quoteChange(strict, [segment('flt_2', { price: 30_000 })], later)).toMatchObject({ dueMinor: 2_000 });
});

test('flights that stay keep their price and cost no fee', () => {
  const [stays, goes] = [segment('flt_1'), segment('flt_2', { changeFee: 500 })];
  expect(quoteChange(paidFor(stays, goes), [stays, segment('flt_3')], later)).toEqual({
    totalMinor: 120_000,
    feeMinor: 1_000,
    dueMinor: 1_000,
    refundMinor: 0,
  });
});

test('within 24 hours of booking, seven days ahead, a change costs no fee and all of the difference goes back', () => {
  const next = [segment('flt_2', { price: 20_000 })];
  const strict = paidFor(segment('flt_1', { refundable: false }));
  const soon = { ...later, nowMs: bookedAtMs + dayMs };
  expect(quoteChange(strict, next, soon)).toMatchObject({ feeMinor: 0, refundMinor: 20_000 });
});

test.for([
  ['three hours later', 180, 2_000],
  ['more than three hours later', 181, 0],
  ['more than three hours earlier', -181, 0],
] as const)('a flight that the airline moved, %s, costs %i to leave', ([, minutes, feeMinor]) => {
  const sold = segment('flt_1');
  const { departureTime, arrivalTime } = sold.details;
  const moved = (instant: string) => new Date(Date.parse(instant) + minutes * 60_000).toISOString();
  const details = {
    ...sold.details,
    soldTimes: { departureTime, arrivalTime },
    departureTime: moved(departureTime),
    arrivalTime: moved(arrivalTime),
  };
  const booking = paidFor({ ...sold, details });
  expect(quoteChange(booking, [segment('flt_2')], later)).toMatchObject({ feeMinor, dueMinor: feeMinor });
});

test('a held booking, and one where nothing is paid, changes for nothing', () => {
  const held = { ...paidFor(segment('flt_1')), status: 'pending' as const, payments: [] };
  const next = [segment('flt_2', { price: 90_000 })];
  const free = { totalMinor: 180_000, feeMinor: 0, dueMinor: 0, refundMinor: 0 };
  expect(quoteChange(held, next, later)).toEqual(free);
  expect(quoteChange(paidFor(segment('flt_1')), next, { ...later, isPaidHere: false })).toEqual(free);
});

test('no money gets lost, however often a booking is changed', () => {
  const anyTerms = fc.record({
    price: fc.integer({ min: 0, max: 100_000 }),
    changeFee: fc.integer({ min: 0, max: 150_000 }),
    refundable: fc.boolean(),
  });
  const anyFlights = fc.array(anyTerms, { minLength: 1, maxLength: 3 });
  const anyStep = fc.record({ next: anyFlights, keepFirst: fc.boolean(), waitMs: fc.nat({ max: 2 * dayMs }) });
  fc.assert(
    fc.property(anyFlights, fc.array(anyStep, { minLength: 1, maxLength: 5 }), (first, steps) => {
      let made = 0;
      const build = (terms: Terms) => segment(`flt_${++made}`, terms);
      let booking = paidFor(...first.map(build));
      let nowMs = bookedAtMs;
      for (const { next: terms, keepFirst, waitMs } of steps) {
        nowMs += waitMs;
        const next = [...(keepFirst ? booking.segments.slice(0, 1) : []), ...terms.map(build)];
        const quote = quoteChange(booking, next, { nowMs, isPaidHere: true });
        const { totalMinor, feeMinor, dueMinor, refundMinor } = quote;
        for (const amount of Object.values(quote)) expect(amount).toBeGreaterThanOrEqual(0);
        expect(Math.min(dueMinor, refundMinor)).toBe(0);
        const payment = buildPayment('succeeded', { id: `pay_${++made}`, amountMinor: dueMinor });
        const refund = buildRefund('succeeded', { id: `ref_${made}`, amountMinor: refundMinor });
        booking = {
          ...booking,
          segments: next,
          totalMinor,
          feesMinor: booking.feesMinor + feeMinor,
          payments: [...booking.payments, payment],
          refunds: [...booking.refunds, refund],
        };
        expect(totalMinor).toBe(worthOf(next));
        expect(keptMinor(booking)).toBe(totalMinor + booking.feesMinor);
      }
    }),
  );
});

test('what was paid for fares that are not refundable never comes back by way of others', () => {
  const anyTerms = fc.record({
    price: fc.integer({ min: 0, max: 100_000 }),
    changeFee: fc.integer({ min: 0, max: 10_000 }),
    refundable: fc.boolean(),
  });
  const anyFlights = fc.array(anyTerms, { minLength: 1, maxLength: 3 });
  const anyStep = fc.record({ next: anyFlights, keepFirst: fc.boolean() });
  let mostReturnedMinor = 0;
  fc.assert(
    fc.property(anyFlights, fc.array(anyStep, { minLength: 1, maxLength: 5 }), (first, steps) => {
      let made = 0;
      const build = (terms: Terms) => segment(`flt_${++made}`, terms);
      let booking = paidFor(...first.map((terms) => build({ ...terms, refundable: false })));
      let [dueMinor, returnedMinor] = [0, 0];
      for (const { next: terms, keepFirst } of steps) {
        const kept = keepFirst ? booking.segments.slice(0, 1) : [];
        const next = bindToDropped(booking, [...kept, ...terms.map(build)], later);
        const quote = quoteChange(booking, next, later);
        dueMinor += quote.dueMinor;
        returnedMinor += quote.refundMinor;
        booking = { ...booking, segments: next, totalMinor: quote.totalMinor };
      }
      returnedMinor += quoteRefund(booking, { ...later, reason: 'customer' }).refundMinor;
      expect(returnedMinor).toBeLessThanOrEqual(dueMinor);
      mostReturnedMinor = Math.max(mostReturnedMinor, returnedMinor);
    }),
  );
  expect(mostReturnedMinor).toBeGreaterThan(0);
});

test('a change to a flight that is far ahead makes no free day of one that was booked at short notice', () => {
  const soon = { ...segment('flt_1', { refundable: false }), departsAtMs: bookedAtMs + 2 * dayMs };
  const now = { nowMs: bookedAtMs + dayMs / 2, isPaidHere: true };
  const booking = paidFor(soon);
  const segments = bindToDropped(booking, [segment('flt_2', { price: 40_000 })], now);
  const changed = { ...booking, segments, totalMinor: 80_000 };
  // Of 800.00, 600.00 were paid with the fare that is not refundable.
  expect(quoteRefund(changed, { ...now, reason: 'customer' })).toMatchObject({
    refundMinor: 20_000,
    lines: [{ rule: 'free_within_24_hours' }],
  });
  expect(quoteRefund(changed, { ...now, reason: 'airline' }).refundMinor).toBe(80_000);
});
