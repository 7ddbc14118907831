import { z } from 'zod';
import { itineraryId } from '../flights/itineraries.ts';
import { cabin } from '../flights/schemas.ts';
import { emailAddress, id, localDate, money, page, pageQuery, queryText, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { booking, bookingStatus, passengerType, payment, paymentMethod, seatMap } from './schemas.ts';

const service = 'booking-service';

/** The most people one booking can carry, infants among them: the size of a party in the industry's systems. */
export const maximumPassengers = 9;

/** The most flights one booking can hold: six legs of three flights each. */
export const maximumFlights = 18;

const newPassenger = z.strictObject({
  firstName: text(60),
  lastName: text(60),
  type: passengerType,
  dateOfBirth: localDate.optional(),
});

/** A party that wants to travel together. */
export const newPassengers = z
  .array(newPassenger)
  .min(1, 'must name at least one passenger')
  .max(maximumPassengers, `must name at most ${maximumPassengers} passengers`);

/** Whom to write to about a booking. */
export const newContact = z.strictObject({
  email: emailAddress,
  phone: z
    .string()
    .regex(/^\+?[0-9 ().-]{5,30}$/, 'must be a phone number like +44 20 7946 0000')
    .optional(),
});

export const paymentOrder = z
  .strictObject({
    method: paymentMethod,
    token: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, 'must be a token of the payment provider, 1 to 200 visible ASCII characters')
      .describe('What the provider gave you in place of a card number. The sandbox takes `tok_visa` and others.'),
  })
  .meta({ id: 'PaymentOrder' });
export type PaymentOrder = z.infer<typeof paymentOrder>;

/** A seat that a passenger shall have; `passenger` is the place in `passengers`, from 0. */
export const seatChoice = z
  .strictObject({
    flightId: id,
    passenger: z
      .int()
      .min(0)
      .max(maximumPassengers - 1),
    seat: z.string().regex(/^[1-9]\d{0,2}[A-HJ-Z]$/, 'must be a seat like 12A'),
  })
  .meta({ id: 'SeatChoice' });
export type SeatChoice = z.infer<typeof seatChoice>;

const seatChoices = z.array(seatChoice).max(maximumPassengers * maximumFlights);

/** The flights of a booking, in order. */
export const bookedFlights = z
  .array(z.strictObject({ flightId: id, cabin }))
  .min(1, 'must name at least one flight')
  .max(maximumFlights, `must name at most ${maximumFlights} flights`)
  .refine(
    (flights) => new Set(flights.map((flight) => flight.flightId)).size === flights.length,
    'must not name a flight twice',
  );

export const newBooking = z
  .strictObject({
    flights: bookedFlights.optional(),
    itineraryId: itineraryId
      .optional()
      .describe('Of a search: its flights in its cabin at its price, instead of `flights`'),
    passengers: newPassengers,
    contact: newContact,
    seats: seatChoices.optional(),
    expectedTotal: money.optional(),
    payment: paymentOrder.optional(),
  })
  .superRefine(({ flights, itineraryId }, context) => {
    if (flights && itineraryId !== undefined) {
      context.addIssue({ code: 'custom', path: ['itineraryId'], message: 'must not stand beside flights' });
    }
    if (flights || itineraryId !== undefined) return;
    const required = {
      code: 'custom',
      params: { code: 'required' },
      message: 'is needed, or itineraryId instead',
    } as const;
    context.addIssue({ ...required, path: ['flights'] });
  })
  .meta({ id: 'NewBooking' });
export type NewBooking = z.infer<typeof newBooking>;

export const placeBookingRoute = defineRoute({
  id: 'placeBooking',
  service,
  method: 'post',
  path: '/bookings',
  access: 'signed_in',
  summary: 'Book seats on one or more flights, all or none',
  body: newBooking,
  idempotent: true,
  answer: { status: 201, description: 'The booking', schema: booking },
  problems: [
    'payment_declined',
    'flight_not_found',
    'sold_out',
    'seat_taken',
    'price_changed',
    'flight_not_bookable',
    'itinerary_not_found',
    'itinerary_expired',
    'hold_limit',
  ],
});

export const listBookingsRoute = defineRoute({
  id: 'listBookings',
  service,
  method: 'get',
  path: '/bookings',
  access: 'signed_in',
  summary: 'Your bookings, newest first; with `bookings:read:any` those of anyone',
  query: z.strictObject({
    userId: queryText(200).optional(),
    flightId: queryText(200).optional(),
    status: bookingStatus.optional(),
    email: queryText(254).optional(),
    reference: queryText(20).optional(),
    ...pageQuery,
  }),
  answer: { status: 200, description: 'Bookings, newest first', schema: page(booking) },
});

export const readBookingRoute = defineRoute({
  id: 'readBooking',
  service,
  method: 'get',
  path: '/bookings/:id',
  access: 'signed_in',
  orLookup: true,
  summary: 'One booking',
  answer: { status: 200, description: 'The booking', schema: booking },
  problems: ['booking_not_found'],
});

export const cancelBookingRoute = defineRoute({
  id: 'cancelBooking',
  service,
  method: 'post',
  path: '/bookings/:id/cancel',
  access: 'signed_in',
  summary: 'Cancel a booking and free its seats',
  idempotent: true,
  answer: { status: 200, description: 'The cancelled booking', schema: booking },
  problems: ['booking_not_found', 'departed', 'booking_expired', 'payment_in_progress'],
});

export const payBookingRoute = defineRoute({
  id: 'payBooking',
  service,
  method: 'post',
  path: '/bookings/:id/payments',
  access: 'signed_in',
  summary: 'Pay for a booking that is held',
  body: paymentOrder,
  idempotent: true,
  answer: { status: 201, description: 'The payment', schema: payment },
  problems: [
    'payment_declined',
    'booking_not_found',
    'payment_in_progress',
    'already_paid',
    'hold_expired',
    'booking_cancelled',
  ],
});

export const chooseSeatsRoute = defineRoute({
  id: 'chooseSeats',
  service,
  method: 'put',
  path: '/bookings/:id/seats',
  access: 'signed_in',
  summary: 'Choose seats for passengers of a booking',
  body: z.strictObject({ seats: seatChoices.min(1, 'must name at least one seat') }),
  answer: { status: 200, description: 'The booking', schema: booking },
  problems: [
    'booking_not_found',
    'seat_taken',
    'seats_unavailable',
    'departed',
    'booking_cancelled',
    'booking_expired',
  ],
});

export const readSeatMapRoute = defineRoute({
  id: 'readSeatMap',
  service,
  method: 'get',
  path: '/flights/:id/seat-map',
  access: 'anyone',
  summary: 'The seats of a flight, and which are taken',
  query: z.strictObject({ cabin: cabin.optional() }),
  answer: { status: 200, description: 'The seats, cabin by cabin and row by row', schema: seatMap },
  problems: ['flight_not_found'],
});

export const paymentWebhookRoute = defineRoute({
  id: 'receivePaymentWebhook',
  service,
  method: 'post',
  path: '/webhooks/payments/:provider',
  access: 'anyone',
  summary: 'News of a charge, signed by the payment provider',
  rawBody: true,
  answer: { status: 200, description: 'Heard', schema: z.object({ received: z.literal(true) }) },
  problems: ['webhook_unsigned', 'webhook_outdated', 'webhook_unreadable', 'webhook_mismatch', 'payment_not_found'],
});
