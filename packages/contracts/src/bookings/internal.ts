import { z } from 'zod';
import { cabin } from '../flights/schemas.ts';
import { id, instant } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { historyEntry } from './history.ts';
import { booking, bookingStatus } from './schemas.ts';
import { waitlistEntry } from './waitlist-routes.ts';

/** The most bookings one question may name: a batch of reminders. */
export const maximumCurrentBookings = 500;

/** What a mail must know to be still true: whether the booking lives, and when its flights leave. */
export const currentBooking = z.object({
  id,
  userId: id.optional(),
  status: bookingStatus,
  version: z.int(),
  segments: z.array(z.object({ flightId: id, departureTime: instant })),
});
export type CurrentBooking = z.infer<typeof currentBooking>;

export const readCurrentBookingsRoute = defineRoute({
  id: 'readCurrentBookings',
  service: 'booking-service',
  method: 'post',
  path: '/internal/bookings/current',
  access: 'service',
  summary: 'The present state of many bookings; unknown ones are left out',
  body: z.strictObject({ ids: z.array(id).min(1).max(maximumCurrentBookings) }),
  answer: { status: 200, description: 'Those that exist', schema: z.object({ bookings: z.array(currentBooking) }) },
});

/** The version that a flight will have when the change which is asked for is made. */
const nextVersion = z.int().min(2);

export const readTicketForMailRoute = defineRoute({
  id: 'readTicketForMail',
  service: 'booking-service',
  method: 'get',
  path: '/internal/bookings/:id/ticket',
  access: 'service',
  summary: 'The ticket of a confirmed booking, to be attached to a mail',
  answer: {
    status: 200,
    description: 'The file',
    schema: z.object({ filename: z.string(), pdf: z.base64() }),
  },
  problems: ['booking_not_found', 'booking_not_confirmed', 'booking_cancelled', 'booking_expired'],
});

/**
 * Asked before a flight is deleted. What is closed stays closed until a `flight.updated` of this version or a later one
 * tells that the flight went on after all.
 */
export const closeFlightRoute = defineRoute({
  id: 'closeFlight',
  service: 'booking-service',
  method: 'post',
  path: '/internal/flights/:id/close',
  access: 'service',
  summary: 'Sell no more seats of a flight, if none is sold or held',
  body: z.strictObject({ version: nextVersion }),
  answer: { status: 204, description: 'Closed, and remembered also for a flight that was never sold' },
  problems: ['flight_has_bookings', 'stale'],
});

/**
 * Asked before seats are cut or another airplane takes over. It only ever takes seats away; more of them come with the
 * `flight.updated` of this version, once the change is made.
 */
export const limitCapacityRoute = defineRoute({
  id: 'limitCapacity',
  service: 'booking-service',
  method: 'post',
  path: '/internal/flights/:id/capacity',
  access: 'service',
  summary: 'Sell no more than so many seats per cabin, if no more are sold or held',
  body: z.strictObject({
    version: nextVersion,
    cabins: z.array(z.strictObject({ cabin, seats: z.int().min(0) })).min(1),
  }),
  answer: { status: 204, description: 'Limited, and remembered also for a flight that was never sold' },
  problems: ['below_sold', 'stale'],
});

/** Whom a change of a flight would hit. */
export const flightImpact = z
  .object({
    flightId: id,
    bookings: z.int().describe('Bookings that are paid for'),
    pendingBookings: z.int().describe('Bookings that are held and not paid yet'),
    passengers: z.int().describe('On both, infants among them'),
    cabins: z.array(z.object({ cabin, sold: z.int(), held: z.int() })),
  })
  .meta({ id: 'FlightImpact' });
export type FlightImpact = z.infer<typeof flightImpact>;

export const readFlightBookingsRoute = defineRoute({
  id: 'readFlightBookings',
  service: 'booking-service',
  method: 'get',
  path: '/internal/flights/:id/impact',
  access: 'service',
  summary: 'How many bookings and passengers are on a flight; none for one that was never sold',
  answer: { status: 200, description: 'The numbers', schema: flightImpact },
});

/** A booking with all that happened to it. */
export const bookingWithHistory = booking.extend({ history: z.array(historyEntry) });

export const exportBookingsRoute = defineRoute({
  id: 'exportBookings',
  service: 'booking-service',
  method: 'get',
  path: '/internal/users/:id/data',
  access: 'service',
  summary: 'Everything that is held here on a user',
  answer: {
    status: 200,
    description: 'All of it',
    schema: z.object({ bookings: z.array(bookingWithHistory), waitlist: z.array(waitlistEntry) }),
  },
});
