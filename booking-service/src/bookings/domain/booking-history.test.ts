import { expect, test } from 'vitest';
import { buildBooking, buildPayment, buildRefund, buildSegment } from '../../../tests/booking-records.ts';
import type { BookingRecord } from './booking.ts';
import { historyOf, type Origin } from './booking-history.ts';

const owner: Origin = { who: { account: 'usr_1' }, requestId: 'req_1' };
const system: Origin = { who: 'system', requestId: null };
const seatedAt = (seat: string) =>
  buildBooking('confirmed').passengers.map((one) => ({ ...one, seats: { flt_1: seat } }));
const entryOf = (before: BookingRecord | undefined, after: BookingRecord, by = owner, gone = false) =>
  historyOf({ before, after, gone, by });

test.for([
  ['confirmed', buildBooking('pending'), buildBooking('confirmed')],
  ['cancelled', buildBooking('confirmed'), buildBooking('cancelled', { refunds: [buildRefund('processing')] })],
  ['expired', buildBooking('pending'), buildBooking('expired')],
  ['rebooked', buildBooking('confirmed'), buildBooking('confirmed', { segments: [buildSegment('flt_2')] })],
  [
    'flight_changed',
    buildBooking('confirmed'),
    buildBooking('confirmed', { segments: [buildSegment('flt_1', '2026-12-25T20:00:00Z')] }),
  ],
  ['seats_changed', buildBooking('confirmed'), buildBooking('confirmed', { passengers: seatedAt('12A') })],
  ['payment_started', buildBooking('pending'), buildBooking('pending', { payments: [buildPayment('processing')] })],
  [
    'payment_failed',
    buildBooking('pending', { payments: [buildPayment('processing')] }),
    buildBooking('pending', { payments: [buildPayment('failed')] }),
  ],
  [
    'payment_succeeded',
    buildBooking('expired', { payments: [buildPayment('failed')] }),
    buildBooking('expired', { payments: [buildPayment('succeeded')], refunds: [buildRefund('processing')] }),
  ],
  [
    'refund_started',
    buildBooking('confirmed', { payments: [buildPayment('succeeded')] }),
    buildBooking('confirmed', { payments: [buildPayment('succeeded')], refunds: [buildRefund('processing')] }),
  ],
  [
    'refunded',
    buildBooking('cancelled', { payments: [buildPayment('succeeded')], refunds: [buildRefund('processing')] }),
    buildBooking('cancelled', { payments: [buildPayment('refunded')], refunds: [buildRefund('succeeded')] }),
  ],
  [
    'refund_failed',
    buildBooking('cancelled', { refunds: [buildRefund('processing')] }),
    buildBooking('cancelled', { refunds: [buildRefund('failed')] }),
  ],
] as const)('%s is what happened', ([action, before, after]) => {
  expect(entryOf(before, after)?.action).toBe(action);
});

test('only what differs is kept, and neither names nor contacts', () => {
  const entry = entryOf(buildBooking('confirmed', { passengers: seatedAt('12A') }), buildBooking('cancelled'));
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
  expect(entryOf(buildBooking('confirmed'), buildBooking('cancelled'))?.actor).toEqual({ type: 'user', id: 'usr_1' });
  expect(entryOf(buildBooking('confirmed'), buildBooking('cancelled'), staff)?.actor).toEqual({
    type: 'staff',
    id: 'usr_2',
  });
  expect(entryOf(buildBooking('pending'), buildBooking('expired'), system)?.actor).toEqual({
    type: 'system',
    id: null,
  });
});

test('a booking begins when somebody is told of it, and whoever brings the news, its owner placed it', () => {
  const unknown = buildBooking('pending', { announced: false, payments: [buildPayment('processing')] });
  const paid = buildBooking('confirmed', { payments: [buildPayment('succeeded')] });
  expect(entryOf(undefined, unknown)).toBeUndefined();
  expect(entryOf(unknown, unknown, system, true)).toBeUndefined();
  expect(entryOf(unknown, paid, system)).toMatchObject({
    action: 'placed',
    actor: { type: 'user', id: 'usr_1' },
    before: null,
    after: { status: 'confirmed', payments: [{ id: 'pay_1', status: 'succeeded' }] },
  });
  expect(entryOf(unknown, { ...unknown, announced: true }, system)).toMatchObject({ action: 'held', before: null });
  expect(entryOf(unknown, buildBooking('expired', { announced: false }), system)).toMatchObject({
    action: 'expired',
    actor: { type: 'system' },
    before: null,
  });
  expect(entryOf(undefined, buildBooking('confirmed'))).toMatchObject({ action: 'placed', before: null });
});

test('what nobody sees is no history', () => {
  const before = buildBooking('confirmed', { payments: [buildPayment('processing')] });
  const after = { ...before, payments: [{ ...buildPayment('processing'), providerReference: 'ch_1' }] };
  expect(entryOf(before, after, system)).toBeUndefined();
});
