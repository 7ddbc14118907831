import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import { holdsBooking, type PaymentRecord, type RefundRecord } from '../../payments/domain/payment.ts';
import type { BookingRecord, OpenChange, SegmentRecord } from '../domain/booking.ts';

/** A booking without what stands in tables of their own. */
export function bookingRow(record: BookingRecord): SqlRow {
  return {
    id: record.id,
    reference: record.reference,
    user_id: record.userId,
    status: record.status,
    hold_expires_at_ms: record.holdExpiresAtMs,
    contact_email: record.contact.email,
    contact_phone: record.contact.phone,
    total_minor: record.totalMinor,
    fees_minor: record.feesMinor,
    currency: record.currency,
    announced: record.announced ? 1 : 0,
    version: record.version,
    created_at_ms: record.createdAtMs,
    updated_at_ms: record.updatedAtMs,
    open_change: record.openChange && JSON.stringify(termsOf(record.openChange)),
  };
}

/** What of an open change stands in the row of its booking; its new segments have rows of their own. */
export type ChangeTerms = Omit<OpenChange, 'added'>;

const termsOf = ({ paymentId, flights, totalMinor, feeMinor }: OpenChange): ChangeTerms => ({
  paymentId,
  flights,
  totalMinor,
  feeMinor,
});

export const segmentRows = ({ id, segments }: BookingRecord): SqlRow[] => toSegmentRows(id, segments);

/** The new segments of a change that is open. */
export const changeSegmentRows = ({ id, openChange }: BookingRecord): SqlRow[] =>
  toSegmentRows(id, openChange?.added ?? []);

function toSegmentRows(bookingId: string, segments: readonly SegmentRecord[]): SqlRow[] {
  return segments.map((segment, position) => ({
    booking_id: bookingId,
    position,
    flight_id: segment.flightId,
    cabin: segment.cabin,
    seats: segment.seats,
    departs_at_ms: segment.departsAtMs,
    price_minor: segment.priceMinor,
    flight_version: segment.flightVersion,
    details: JSON.stringify(segment.details),
  }));
}

export function passengerRows({ id, passengers }: BookingRecord): SqlRow[] {
  return passengers.map((passenger, position) => ({
    id: passenger.id,
    booking_id: id,
    position,
    type: passenger.type,
    first_name: passenger.firstName,
    last_name: passenger.lastName,
    date_of_birth: passenger.dateOfBirth,
  }));
}

/** @param refunds of the payment's booking. */
export function paymentRow(payment: PaymentRecord, refunds: readonly RefundRecord[]): SqlRow {
  return {
    id: payment.id,
    booking_id: payment.bookingId,
    purpose: payment.purpose,
    active_booking_id: payment.purpose === 'booking' && holdsBooking(payment, refunds) ? payment.bookingId : null,
    user_id: payment.userId,
    provider: payment.provider,
    method: payment.method,
    token: payment.token,
    amount_minor: payment.amountMinor,
    currency: payment.currency,
    status: payment.status,
    failure_code: payment.failureCode,
    provider_reference: payment.providerReference,
    idempotency_key: payment.idempotencyKey,
    version: payment.version,
    created_at_ms: payment.createdAtMs,
    updated_at_ms: payment.updatedAtMs,
    attempt_deadline_ms: payment.attemptDeadlineMs,
  };
}

export function refundRow(refund: RefundRecord): SqlRow {
  return {
    id: refund.id,
    payment_id: refund.paymentId,
    booking_id: refund.bookingId,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    status: refund.status,
    rule: refund.rule,
    failure_code: refund.failureCode,
    provider_reference: refund.providerReference,
    created_at_ms: refund.createdAtMs,
    updated_at_ms: refund.updatedAtMs,
    attempt_deadline_ms: refund.attemptDeadlineMs,
  };
}
