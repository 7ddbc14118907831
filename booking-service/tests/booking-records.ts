import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { BookingRecord, SegmentRecord } from '../src/bookings/domain/booking.ts';
import type { PaymentRecord, RefundRecord } from '../src/payments/domain/payment.ts';

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

/** A seat in economy for 299.00 that is refundable for nothing. */
export function buildSegment(flightId: string, departureTime = '2026-12-25T18:00:00Z'): SegmentRecord {
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

/** A payment of 299.00 by card with the sandbox. */
export function buildPayment(status: PaymentRecord['status'], overrides: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    id: 'pay_1',
    bookingId: 'bkg_1',
    userId: 'usr_1',
    purpose: 'booking',
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
    ...overrides,
  };
}

/** A refund of 249.00. */
export function buildRefund(status: RefundRecord['status'], overrides: Partial<RefundRecord> = {}): RefundRecord {
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
    ...overrides,
  };
}

/** Ada's booking of one flight. */
export function buildBooking(status: BookingStatus, overrides: Partial<BookingRecord> = {}): BookingRecord {
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
    segments: [buildSegment('flt_1')],
    passengers: [{ id: 'pax_1', type: 'adult', firstName: 'Ada', lastName: 'Lovelace', dateOfBirth: null, seats: {} }],
    payments: [],
    refunds: [],
    feesMinor: 0,
    openChange: null,
    ...overrides,
  };
}
