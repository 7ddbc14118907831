import { readCurrentBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Bookings } from '../db/bookings.ts';
import { presentCurrentBooking } from '../presenters/present-booking.ts';

/** What other services may ask. */
export function internalRoutes(bookings: Bookings): BoundRoute[] {
  return [
    bindRoute(readCurrentBookingsRoute, async ({ body }) => {
      const found = await bookings.findMany(body.ids);
      return { body: { bookings: found.map(presentCurrentBooking) } };
    }),
  ];
}
