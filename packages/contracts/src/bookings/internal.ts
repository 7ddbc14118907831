import { z } from 'zod';
import { id, instant } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { bookingStatus } from './schemas.ts';

/** The most bookings one question may name: a batch of reminders. */
export const maximumCurrentBookings = 500;

/** What a mail must know to be still true: whether the booking lives, and when its flights leave. */
export const currentBooking = z.object({
  id,
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
