import { describe, expect, test } from 'vitest';
import { buildBooking, buildPayment, buildRefund } from '../../../tests/booking-records.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { type Cancellation, paymentDifferences } from './payment-differences.ts';

const nowMs = Date.parse('2026-11-02T12:00:00Z');
const minuteMs = 60_000;

function differencesOf(booking: BookingRecord, known: { isPaidHere?: boolean; cancellation?: Cancellation } = {}) {
  const { isPaidHere = true, cancellation } = known;
  return paymentDifferences(booking, { isPaidHere, nowMs, cancellation });
}
const wordsOf = (...asked: Parameters<typeof differencesOf>) =>
  differencesOf(...asked).map(({ id, difference }) => `${id} ${difference}`);

const paid = buildPayment('succeeded');
const inFlight = { attemptDeadlineMs: nowMs + minuteMs, createdAtMs: nowMs };
const givenBack = buildRefund('succeeded', { amountMinor: 29_900 });

test.for([
  ['a paid booking', buildBooking('confirmed', { payments: [buildPayment('failed'), paid] })],
  ['a booking that is being paid', buildBooking('pending', { payments: [buildPayment('processing', inFlight)] })],
  ['a held booking', buildBooking('pending')],
  ['an expired one that nothing was paid for', buildBooking('expired', { payments: [buildPayment('failed')] })],
  ['a cancelled one with its refund', buildBooking('cancelled', { payments: [paid], refunds: [givenBack] })],
  [
    'a cancelled one whose refund is new and due at once',
    buildBooking('cancelled', {
      payments: [paid],
      refunds: [buildRefund('processing', { amountMinor: 29_900, attemptDeadlineMs: 0, createdAtMs: nowMs })],
    }),
  ],
] as const)('%s is well', ([, booking]) => {
  expect(differencesOf(booking)).toEqual([]);
});

test('a confirmed booking is paid in full, unless nothing is paid here', () => {
  const unpaid = buildBooking('confirmed');
  expect(wordsOf(unpaid)).toEqual(['bkg_1 is confirmed and not paid in full']);
  expect(wordsOf(unpaid, { isPaidHere: false })).toEqual([]);
  expect(wordsOf({ ...unpaid, totalMinor: 0 })).toEqual([]);
  const partly = buildBooking('confirmed', { payments: [buildPayment('succeeded', { amountMinor: 29_899 })] });
  expect(wordsOf(partly, { isPaidHere: false })).toEqual(['bkg_1 is confirmed and not paid in full']);
});

test('a booking has one open or succeeded payment', () => {
  const twice = buildBooking('confirmed', { payments: [paid, buildPayment('succeeded', { id: 'pay_2' })] });
  expect(wordsOf(twice)).toEqual([
    'bkg_1 is confirmed and paid for more than once',
    'bkg_1 has more than one open or succeeded payment',
  ]);
});

test('what nobody will ask for is stuck, what was due long ago is overdue', () => {
  const stateOf = (attemptDeadlineMs: number | null) =>
    differencesOf(buildBooking('pending', { payments: [buildPayment('processing', { attemptDeadlineMs })] }));
  expect(stateOf(null)).toEqual([
    { id: 'pay_1', difference: 'is under way and nobody will ask for it', stuck: 'payments' },
  ]);
  expect(stateOf(nowMs + 11 * minuteMs)).toMatchObject([{ stuck: 'payments' }]);
  expect(stateOf(nowMs - 9 * minuteMs)).toEqual([]);
  expect(stateOf(nowMs - 11 * minuteMs)).toEqual([{ id: 'pay_1', difference: 'is overdue: does the service run?' }]);

  const refund = buildRefund('processing', { amountMinor: 29_900 });
  const booking = buildBooking('cancelled', { payments: [paid], refunds: [refund] });
  expect(differencesOf(booking)).toMatchObject([{ id: 'ref_1', stuck: 'refunds' }]);
});

test('a cancelled booking lacks what its fares give back, or all of it when the airline cancelled', () => {
  const refundable = buildBooking('cancelled', { payments: [paid] });
  expect(wordsOf(refundable)).toEqual(['bkg_1 lacks a refund']);

  const [segment] = refundable.segments;
  if (!segment) throw new Error('The booking has a flight.');
  const rules = { ...segment.details.rules, refundable: false };
  const strict = { ...refundable, segments: [{ ...segment, details: { ...segment.details, rules } }] };
  const atMs = segment.departsAtMs - minuteMs;
  expect(wordsOf(strict, { cancellation: { atMs, byAirline: false } })).toEqual([]);
  expect(wordsOf(strict, { cancellation: { atMs, byAirline: true } })).toEqual(['bkg_1 lacks a refund']);
});

test('what came too late goes back whole', () => {
  expect(wordsOf(buildBooking('expired', { payments: [paid] }))).toEqual(['bkg_1 lacks a refund']);
});

test('a payment that was given back whole is not counted for the one that was not', () => {
  const late = buildPayment('refunded', { id: 'pay_0' });
  const late0 = { id: 'ref_0', paymentId: 'pay_0', amountMinor: 29_900, rule: 'hold_expired' };
  const refunds = [buildRefund('succeeded', late0)];
  expect(wordsOf(buildBooking('cancelled', { payments: [late, paid], refunds }))).toEqual(['bkg_1 lacks a refund']);
  expect(wordsOf(buildBooking('confirmed', { payments: [late, paid], refunds }))).toEqual([]);
});

test('a refund that was refused waits for a person, and is not missing as well', () => {
  const refused = buildRefund('failed', { amountMinor: 29_900 });
  expect(wordsOf(buildBooking('cancelled', { payments: [paid], refunds: [refused] }))).toEqual([
    'ref_1 was refused by the provider',
  ]);
});

test('no more is given back than was taken', () => {
  const refunds = [givenBack, buildRefund('succeeded', { id: 'ref_2', amountMinor: 1 })];
  expect(wordsOf(buildBooking('cancelled', { payments: [paid], refunds }))).toEqual([
    'pay_1 gives back more than was taken',
  ]);
});

describe('a booking that was changed', () => {
  const forChange = buildPayment('succeeded', { id: 'pay_2', purpose: 'change', amountMinor: 5_000 });
  const dearer = { totalMinor: 33_900, feesMinor: 1_000, payments: [paid, forChange] };
  const difference = buildRefund('succeeded', { id: 'ref_2', rule: 'fare_difference', amountMinor: 9_900 });
  const cheaper = { totalMinor: 18_000, feesMinor: 2_000, payments: [paid], refunds: [difference] };

  test('keeps what it costs now, and the fees', () => {
    expect(differencesOf(buildBooking('confirmed', dearer))).toEqual([]);
    expect(differencesOf(buildBooking('confirmed', cheaper))).toEqual([]);
    expect(wordsOf(buildBooking('confirmed', { ...dearer, feesMinor: 1_001 }))).toEqual([
      'bkg_1 is confirmed and not paid in full',
    ]);
    expect(wordsOf(buildBooking('confirmed', { ...cheaper, feesMinor: 1_999 }))).toEqual([
      'bkg_1 is confirmed and paid for more than once',
    ]);
  });

  test('that is cancelled gives back by what it holds then, of all its payments', () => {
    const back = [
      buildRefund('succeeded', { id: 'ref_3', paymentId: 'pay_2', amountMinor: 5_000 }),
      buildRefund('succeeded', { id: 'ref_4', amountMinor: 24_900 }),
    ];
    const cancelled = buildBooking('cancelled', { ...dearer, refunds: back });
    expect(differencesOf(cancelled)).toEqual([]);
    expect(wordsOf({ ...cancelled, refunds: back.slice(0, 1) })).toEqual(['bkg_1 lacks a refund']);
    expect(wordsOf(buildBooking('cancelled', cheaper))).toEqual(['bkg_1 lacks a refund']);
  });

  test('has a refund of the difference that was refused shown once', () => {
    const refused = { ...difference, status: 'failed' as const };
    expect(wordsOf(buildBooking('confirmed', { ...cheaper, refunds: [refused] }))).toEqual([
      'ref_2 was refused by the provider',
    ]);
  });
});
