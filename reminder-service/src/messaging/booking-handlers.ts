import type { BookingEventData, PaymentEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { MalformedEvent, type WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { type FollowBookingParts, followBooking, followFailedPayment } from '../use-cases/follow-booking.ts';

type BookingHandlers = Omit<WorkHandlers<'reminder-service'>, `user.${string}`>;

/** What this service does on news of bookings: all but those of payments carry the booking as it is now. */
export function bookingHandlers(parts: FollowBookingParts, clock: Clock): BookingHandlers {
  const follow: WorkHandlers<'reminder-service'>['booking.created'] = ({ data }, tx) =>
    followBooking(parts, readBookingEvent(data), clock.nowMs(), tx);
  return {
    'booking.created': follow,
    'booking.confirmed': follow,
    'booking.changed': follow,
    'booking.cancelled': follow,
    'booking.expired': follow,
    'waitlist.offered': ({ data }, tx) =>
      followBooking(parts, { ...readBookingEvent(data.booking), isOffer: true }, clock.nowMs(), tx),
    'payment.failed': ({ data }, tx) =>
      followFailedPayment(parts, data.bookingId, readFailedPayment(data), clock.nowMs(), tx),
  };
}

/** As wide as the columns: what is longer was not made by this system. */
const longestId = 40;
const longestAddress = 254;

/** What this service keeps of an event. @throws MalformedEvent for what its tables could not hold. */
function readBookingEvent(data: BookingEventData): BookingCopy {
  const updatedAtMs = fromInstant(data.updatedAt);
  const ids = [data.id, data.userId, ...data.segments.map(({ flightId }) => flightId)];
  if (ids.some((id) => id === '' || id.length > longestId)) throw new MalformedEvent('An id is empty or too long.');
  if (data.contact.email.length > longestAddress) throw new MalformedEvent('The e-mail address is too long.');
  if ([...ids, data.contact.email].some((text) => text.includes('\0'))) throw new MalformedEvent('A text holds NUL.');
  const givenBack = data.refunds.filter(({ status }) => status !== 'failed');
  return {
    id: data.id,
    reference: data.reference,
    userId: data.userId,
    status: data.status,
    version: data.version,
    email: data.contact.email.toLowerCase(),
    flights: data.segments.map((segment) => ({
      flightId: segment.flightId,
      flightNumber: segment.flightNumber,
      origin: segment.origin,
      destination: segment.destination,
      ...(segment.departureTerminal === undefined ? {} : { departureTerminal: segment.departureTerminal }),
      ...(segment.arrivalTerminal === undefined ? {} : { arrivalTerminal: segment.arrivalTerminal }),
      departsAtMs: fromInstant(segment.departureTime),
      arrivesAtMs: fromInstant(segment.arrivalTime),
      cabin: segment.cabin,
      bookedAtMs: updatedAtMs,
    })),
    passengers: data.passengers.map(({ type, firstName, lastName, seats }) => ({ type, firstName, lastName, seats })),
    places: data.airports,
    totalMinor: data.total.amount,
    currency: data.total.currency,
    updatedAtMs,
    holdExpiresAtMs: data.holdExpiresAt === null ? null : fromInstant(data.holdExpiresAt),
    isBeingPaid: data.paymentProcessing === true,
    refundMinor: givenBack.reduce((sum, { amount }) => sum + amount.amount, 0),
    isRefunded: givenBack.every(({ status }) => status === 'succeeded'),
    refundedByAirline: givenBack.some(({ rule }) => rule === 'airline_cancelled' || rule === 'airline_changed'),
  };
}

/** @throws MalformedEvent for an id that is too long to be kept. */
function readFailedPayment({ id, amount, failureCode = '' }: PaymentEventData) {
  if (id === '' || id.length > longestId) throw new MalformedEvent('The id of the payment is empty or too long.');
  return { id, amountMinor: amount.amount, failureCode };
}
