import { z } from 'zod';
import { cabin } from '../flights/schemas.ts';
import { emailAddress, id, localDate, money, page, pageQuery, queryText, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { booking, bookingStatus, passengerType, paymentMethod } from './schemas.ts';

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

const paymentOrder = z.strictObject({ method: paymentMethod, token: z.string().min(1).max(200) });

export const newBooking = z
  .strictObject({
    flights: z
      .array(z.strictObject({ flightId: id, cabin }))
      .min(1, 'must name at least one flight')
      .max(maximumFlights, `must name at most ${maximumFlights} flights`)
      .refine(
        (flights) => new Set(flights.map((flight) => flight.flightId)).size === flights.length,
        'must not name a flight twice',
      ),
    passengers: z
      .array(newPassenger)
      .min(1, 'must name at least one passenger')
      .max(maximumPassengers, `must name at most ${maximumPassengers} passengers`),
    contact: z.strictObject({
      email: emailAddress,
      phone: z
        .string()
        .regex(/^\+?[0-9 ().-]{5,30}$/, 'must be a phone number like +44 20 7946 0000')
        .optional(),
    }),
    expectedTotal: money.optional(),
    payment: paymentOrder.optional(),
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
  answer: { status: 201, description: 'The booking', schema: booking },
  problems: ['flight_not_found', 'sold_out', 'price_changed', 'flight_not_bookable'],
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
  answer: { status: 200, description: 'The cancelled booking', schema: booking },
  problems: ['booking_not_found', 'departed'],
});
