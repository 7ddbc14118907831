import { z } from 'zod';
import { id, money, page, pageQuery, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { historyEntry } from './history.ts';
import { bookedFlights, paymentOrder } from './routes.ts';
import { booking } from './schemas.ts';

const service = 'booking-service';

/** What a cancellation would give back now, flight by flight. */
export const refundQuote = z
  .object({
    refund: money.describe('What goes back'),
    fee: money.describe('What is kept of what was paid'),
    lines: z.array(
      z.object({
        flightId: id,
        paid: money.describe('What was paid for this flight and is not given back yet'),
        refund: money,
        rule: z.string().describe('Why this much: a rule of the fare, or of the law'),
      }),
    ),
  })
  .meta({ id: 'RefundQuote' });
export type RefundQuoteDocument = z.infer<typeof refundQuote>;

export const readRefundQuoteRoute = defineRoute({
  id: 'readRefundQuote',
  service,
  method: 'get',
  path: '/bookings/:id/refund-quote',
  access: 'signed_in',
  orLookup: true,
  summary: 'What cancelling a booking would give back now',
  answer: { status: 200, description: 'The quote', schema: refundQuote, tagged: true },
  problems: ['booking_not_found', 'departed', 'booking_cancelled', 'booking_expired', 'payment_in_progress'],
});

export const bookingChange = z
  .strictObject({
    flights: bookedFlights.describe('All flights that the booking is to hold; those it holds already stay as they are'),
    expectedTotal: money.optional().describe('What all of them cost afterwards, without the fee'),
    payment: paymentOrder.optional().describe('For what is due; not used when nothing is'),
  })
  .meta({ id: 'BookingChange' });
export type BookingChange = z.infer<typeof bookingChange>;

export const changeBookingRoute = defineRoute({
  id: 'changeBooking',
  service,
  method: 'post',
  path: '/bookings/:id/change',
  access: 'signed_in',
  summary: 'Put other flights in the place of those of a booking',
  body: bookingChange,
  idempotent: true,
  answer: { status: 200, description: 'The booking', schema: booking },
  problems: [
    'payment_required',
    'payment_declined',
    'booking_not_found',
    'flight_not_found',
    'sold_out',
    'price_changed',
    'flight_not_bookable',
    'payment_in_progress',
    'departed',
    'hold_expired',
    'booking_cancelled',
  ],
});

export const bookingLookup = z
  .strictObject({ reference: text(20), lastName: text(60).describe('Of any passenger') })
  .meta({ id: 'BookingLookup' });
export type BookingLookup = z.infer<typeof bookingLookup>;

export const lookUpBookingRoute = defineRoute({
  id: 'lookUpBooking',
  service,
  method: 'post',
  path: '/bookings/lookup',
  access: 'anyone',
  summary: 'Find a booking by its reference and a last name',
  body: bookingLookup,
  answer: {
    status: 200,
    description: 'The booking, and a token that opens it',
    schema: z.object({
      booking,
      accessToken: z.string().describe('To be sent as `Authorization: Bearer`'),
      expiresIn: z.int().describe('For how many seconds the token is good'),
    }),
  },
  problems: ['booking_not_found'],
});

export const readBookingHistoryRoute = defineRoute({
  id: 'readBookingHistory',
  service,
  method: 'get',
  path: '/bookings/:id/history',
  access: 'signed_in',
  summary: 'What happened to a booking, the newest last',
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: 'A page of its history', schema: page(historyEntry) },
  problems: ['booking_not_found'],
});
