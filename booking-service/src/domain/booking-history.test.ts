import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import { expect, test } from 'vitest';
import type { BookingRecord, SegmentRecord } from './booking.ts';
import { historyOf, type Origin } from './booking-history.ts';
import type { PaymentRecord, RefundRecord } from './payment.ts';

const airport = (code: string) => ({
  code,
  cityCode: code,
  name: code,
  city: code,
  country: 'US',
  timeZone: 'UTC',
  latitude: 0,
  longitude: 0,
});
const usd = (amount: number) => ({ amount, currency: 'USD' });

function segment(flightId: string, departureTime = '2026-12-25T18:00:00Z'): SegmentRecord {
  return {
    flightId,
    cabin: 'economy',
    seats: 1,
    departsAtMs: Date.parse(departureTime),
    priceMinor: 29_900,
    flightVersion: 1,
    details: {
      flightNumber: 'BA178',
      origin: airport('JFK'),
      destination: airport('LHR'),
      departureTime,
      arrivalTime: '2026-12-26T01:00:00Z',
      departureLocal: '2026-12-25T18:00',
      arrivalLocal: '2026-12-26T01:00',
      rules: { refundable: true, cancelFee: usd(0), changeFee: usd(0) },
    },
  };
}

function payment(status: PaymentRecord['status']): PaymentRecord {
  return {
    id: 'pay_1',
    bookingId: 'bkg_1',
    userId: 'usr_1',
    provider: 'sandbox',
    method: 'card',
    token: null,
    amountMinor: 29_900,
    currency: 'USD',
    status,
    failureCode: null,
    providerReference: null,
    idempotencyKey: null,
    version: 1,
    createdAtMs: 0,
    updatedAtMs: 0,
    attemptDeadlineMs: null,
  };
}

function refund(status: RefundRecord['status']): RefundRecord {
  return {
    id: 'ref_1',
    paymentId: 'pay_1',
    bookingId: 'bkg_1',
    amountMinor: 24_900,
    currency: 'USD',
    status,
    rule: 'fare_refundable',
    failureCode: null,
    providerReference: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    attemptDeadlineMs: null,
  };
}

function booking(status: BookingStatus, overrides: Partial<BookingRecord> = {}): BookingRecord {
  return {
    id: 'bkg_1',
    reference: 'K7QX2M',
    userId: 'usr_1',
    status,
    holdExpiresAtMs: null,
    contact: { email: 'ada@example.com', phone: null },
    totalMinor: 29_900,
    currency: 'USD',
    announced: true,
    version: 2,
    createdAtMs: 1_000,
    updatedAtMs: 2_000,
    segments: [segment('flt_1')],
    passengers: [{ id: 'pax_1', type: 'adult', firstName: 'Ada', lastName: 'Lovelace', dateOfBirth: null, seats: {} }],
    payments: [],
    refunds: [],
    ...overrides,
  };
}

const owner: Origin = { who: { account: 'usr_1' }, requestId: 'req_1' };
const system: Origin = { who: 'system', requestId: null };
const seatedAt = (seat: string) => booking('confirmed').passengers.map((one) => ({ ...one, seats: { flt_1: seat } }));
const entryOf = (before: BookingRecord | undefined, after: BookingRecord, by = owner, gone = false) =>
  historyOf({ before, after, gone, by });

test.for([
  ['confirmed', booking('pending'), booking('confirmed')],
  ['cancelled', booking('confirmed'), booking('cancelled', { refunds: [refund('processing')] })],
  ['expired', booking('pending'), booking('expired')],
  ['rebooked', booking('confirmed'), booking('confirmed', { segments: [segment('flt_2')] })],
  [
    'flight_changed',
    booking('confirmed'),
    booking('confirmed', { segments: [segment('flt_1', '2026-12-25T20:00:00Z')] }),
  ],
  ['seats_changed', booking('confirmed'), booking('confirmed', { passengers: seatedAt('12A') })],
  ['payment_started', booking('pending'), booking('pending', { payments: [payment('processing')] })],
  [
    'payment_failed',
    booking('pending', { payments: [payment('processing')] }),
    booking('pending', { payments: [payment('failed')] }),
  ],
  [
    'payment_succeeded',
    booking('expired', { payments: [payment('failed')] }),
    booking('expired', { payments: [payment('succeeded')], refunds: [refund('processing')] }),
  ],
  [
    'refund_started',
    booking('confirmed', { payments: [payment('succeeded')] }),
    booking('confirmed', { payments: [payment('succeeded')], refunds: [refund('processing')] }),
  ],
  [
    'refunded',
    booking('cancelled', { payments: [payment('succeeded')], refunds: [refund('processing')] }),
    booking('cancelled', { payments: [payment('refunded')], refunds: [refund('succeeded')] }),
  ],
  [
    'refund_failed',
    booking('cancelled', { refunds: [refund('processing')] }),
    booking('cancelled', { refunds: [refund('failed')] }),
  ],
] as const)('%s is what happened', ([action, before, after]) => {
  expect(entryOf(before, after)?.action).toBe(action);
});

test('only what differs is kept, and neither names nor contacts', () => {
  const entry = entryOf(booking('confirmed', { passengers: seatedAt('12A') }), booking('cancelled'));
  expect(entry).toMatchObject({
    bookingId: 'bkg_1',
    version: 2,
    atMs: 2_000,
    requestId: 'req_1',
    before: { status: 'confirmed', seats: { pax_1: { flt_1: '12A' } } },
    after: { status: 'cancelled' },
  });
  expect(Object.keys(entry?.before ?? {})).toEqual(['status', 'seats']);
  expect(JSON.stringify(entry)).not.toMatch(/Ada|Lovelace|ada@example/);
});

test('the owner is a user, others with an account are staff', () => {
  const staff: Origin = { who: { account: 'usr_2' }, requestId: null };
  expect(entryOf(booking('confirmed'), booking('cancelled'))?.actor).toEqual({ type: 'user', id: 'usr_1' });
  expect(entryOf(booking('confirmed'), booking('cancelled'), staff)?.actor).toEqual({ type: 'staff', id: 'usr_2' });
  expect(entryOf(booking('pending'), booking('expired'), system)?.actor).toEqual({ type: 'system', id: null });
});

test('a booking begins when somebody is told of it, and whoever brings the news, its owner placed it', () => {
  const unknown = booking('pending', { announced: false, payments: [payment('processing')] });
  const paid = booking('confirmed', { payments: [payment('succeeded')] });
  expect(entryOf(undefined, unknown)).toBeUndefined();
  expect(entryOf(unknown, unknown, system, true)).toBeUndefined();
  expect(entryOf(unknown, paid, system)).toMatchObject({
    action: 'placed',
    actor: { type: 'user', id: 'usr_1' },
    before: null,
    after: { status: 'confirmed', payments: [{ id: 'pay_1', status: 'succeeded' }] },
  });
  expect(entryOf(unknown, { ...unknown, announced: true }, system)).toMatchObject({ action: 'held', before: null });
  expect(entryOf(unknown, booking('expired', { announced: false }), system)).toMatchObject({
    action: 'expired',
    actor: { type: 'system' },
    before: null,
  });
  expect(entryOf(undefined, booking('confirmed'))).toMatchObject({ action: 'placed', before: null });
});

test('what nobody sees is no history', () => {
  const before = booking('confirmed', { payments: [payment('processing')] });
  const after = { ...before, payments: [{ ...payment('processing'), providerReference: 'ch_1' }] };
  expect(entryOf(before, after, system)).toBeUndefined();
});
