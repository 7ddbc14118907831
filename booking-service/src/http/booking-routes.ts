import {
  cancelBookingRoute,
  listBookingsRoute,
  placeBookingRoute,
  readBookingRoute,
} from '@jetbridge/contracts/bookings/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { presentBooking } from '../presenters/present-booking.ts';
import { listBookings } from '../use-cases/list-bookings.ts';
import { type PlaceBookingParts, placeBooking } from '../use-cases/place-booking.ts';
import { readBooking } from '../use-cases/read-booking.ts';

/** The public doors of this service. */
export function bookingRoutes(parts: PlaceBookingParts): BoundRoute[] {
  const { bookings, desk, clock } = parts;
  return [
    bindRoute(placeBookingRoute, async ({ caller, body }) => {
      const booking = await placeBooking(parts, caller.userId, body);
      return { body: presentBooking(booking), version: booking.version };
    }),
    bindRoute(listBookingsRoute, async ({ caller, query }) => {
      const { data, nextCursor } = await listBookings(bookings, caller, query);
      return { body: { data: data.map(presentBooking), nextCursor } };
    }),
    bindRoute(readBookingRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      return { body: presentBooking(booking), version: booking.version };
    }),
    bindRoute(cancelBookingRoute, async ({ caller, params }) => {
      const { id } = await readBooking(bookings, caller, params.id ?? '', 'bookings:write:any');
      const booking = await desk.cancel(id, clock.nowMs());
      return { body: presentBooking(booking), version: booking.version };
    }),
  ];
}
