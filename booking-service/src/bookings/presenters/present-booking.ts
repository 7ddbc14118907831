import type { CurrentBooking } from '@jetbridge/contracts/bookings/internal.ts';
import type { Booking, Payment, Refund } from '@jetbridge/contracts/bookings/schemas.ts';
import type { BookingEventData, PaymentEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { PaymentRecord, RefundRecord } from '../../payments/domain/payment.ts';
import { type BookingRecord, type PassengerRecord, type SegmentRecord, terminalsOf } from '../domain/booking.ts';

/** A booking as the API shows it. */
export function presentBooking(record: BookingRecord): Booking {
  return {
    id: record.id,
    reference: record.reference,
    status: record.status,
    holdExpiresAt: record.holdExpiresAtMs === null ? null : toInstant(record.holdExpiresAtMs),
    userId: record.userId,
    contact: {
      email: record.contact.email,
      ...(record.contact.phone === null ? {} : { phone: record.contact.phone }),
    },
    segments: record.segments.map((segment) => presentSegment(segment, record.currency)),
    passengers: record.passengers.map(presentPassenger),
    total: { amount: record.totalMinor, currency: record.currency },
    payments: record.payments.map(presentPayment),
    refunds: record.refunds.map(presentRefund),
    version: record.version,
    createdAt: toInstant(record.createdAtMs),
    updatedAt: toInstant(record.updatedAtMs),
  };
}

/** A booking as events tell of it: without payments, with what a mail says of its airports. */
export function presentBookingEvent(record: BookingRecord): BookingEventData {
  const { payments, ...booking } = presentBooking(record);
  const paymentProcessing = payments.some(({ status }) => status === 'processing');
  const airports = new Map(
    record.segments
      .flatMap(({ details }) => [details.origin, details.destination])
      .map(({ code, name, city, timeZone }) => [code, { code, name, city, timeZone }]),
  );
  return { ...booking, airports: [...airports.values()], ...(paymentProcessing ? { paymentProcessing } : {}) };
}

function presentSegment(segment: SegmentRecord, currency: string): Booking['segments'][number] {
  const { details } = segment;
  return {
    flightId: segment.flightId,
    flightNumber: details.flightNumber,
    origin: details.origin.code,
    destination: details.destination.code,
    departureTime: details.departureTime,
    arrivalTime: details.arrivalTime,
    departureLocal: details.departureLocal,
    arrivalLocal: details.arrivalLocal,
    ...terminalsOf(details),
    cabin: segment.cabin,
    fare: { price: { amount: segment.priceMinor, currency }, rules: details.rules },
  };
}

function presentPassenger(passenger: PassengerRecord): Booking['passengers'][number] {
  return {
    id: passenger.id,
    type: passenger.type,
    firstName: passenger.firstName,
    lastName: passenger.lastName,
    ...(passenger.dateOfBirth === null ? {} : { dateOfBirth: passenger.dateOfBirth }),
    seats: passenger.seats,
  };
}

export function presentPayment(payment: PaymentRecord): Payment {
  return {
    id: payment.id,
    status: payment.status,
    amount: { amount: payment.amountMinor, currency: payment.currency },
    method: payment.method,
    createdAt: toInstant(payment.createdAtMs),
    ...(payment.failureCode === null ? {} : { failureCode: payment.failureCode }),
  };
}

export function presentRefund(refund: RefundRecord): Refund {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: { amount: refund.amountMinor, currency: refund.currency },
    status: refund.status,
    rule: refund.rule,
    createdAt: toInstant(refund.createdAtMs),
  };
}

/** A payment as events tell of it: with what a mail about it says of its booking. */
export function presentPaymentEvent(booking: BookingRecord, payment: PaymentRecord): PaymentEventData {
  return {
    ...presentPayment(payment),
    version: payment.version,
    bookingId: booking.id,
    bookingReference: booking.reference,
    userId: booking.userId,
    email: booking.contact.email,
  };
}

/** What a mail must know to be still true. */
export function presentCurrentBooking(record: BookingRecord): CurrentBooking {
  return {
    id: record.id,
    userId: record.userId,
    status: record.status,
    version: record.version,
    segments: record.segments.map(({ flightId, departsAtMs }) => ({ flightId, departureTime: toInstant(departsAtMs) })),
  };
}
