import { changeBookingRoute } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import {
  cancelBookingRoute,
  chooseSeatsRoute,
  listBookingsRoute,
  payBookingRoute,
  placeBookingRoute,
  readBookingRoute,
} from '@jetbridge/contracts/bookings/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { presentBooking } from '../bookings/presenters/present-booking.ts';
import { listBookings } from '../bookings/use-cases/list-bookings.ts';
import { readBooking } from '../bookings/use-cases/read-booking.ts';
import { payBooking } from '../payments/use-cases/pay-booking.ts';
import { cancelBooking } from '../sales/use-cases/cancel-booking.ts';
import { changeBooking } from '../sales/use-cases/change-booking.ts';
import { chooseSeats } from '../sales/use-cases/choose-seats.ts';
import { type PlaceBookingParts, placeBooking } from '../sales/use-cases/place-booking.ts';
import { askerOf } from './asker.ts';

/** What customers and staff do with bookings. */
export function bookingRoutes(parts: PlaceBookingParts): BoundRoute[] {
  const { bookings } = parts;
  return [
    bindRoute(placeBookingRoute, (request) => placeBooking(parts, askerOf('POST /bookings', request), request.body)),
    bindRoute(listBookingsRoute, async ({ caller, query }) => {
      const { data, nextCursor } = await listBookings(bookings, caller, query);
      return { body: { data: data.map(presentBooking), nextCursor } };
    }),
    bindRoute(readBookingRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      return { body: presentBooking(booking), version: booking.version };
    }),
    bindRoute(cancelBookingRoute, ({ params, ...request }) => {
      const bookingId = params.id ?? '';
      const asker = askerOf(`POST /bookings/${bookingId}/cancel`, request);
      return cancelBooking(parts, { caller: request.caller, asker, bookingId });
    }),
    bindRoute(changeBookingRoute, ({ params, ...request }) => {
      const bookingId = params.id ?? '';
      const asker = askerOf(`POST /bookings/${bookingId}/change`, request);
      return changeBooking(parts, { caller: request.caller, asker, bookingId, order: request.body });
    }),
    bindRoute(payBookingRoute, ({ params, ...request }) => {
      const bookingId = params.id ?? '';
      const asker = askerOf(`POST /bookings/${bookingId}/payments`, request);
      return payBooking(parts, { caller: request.caller, asker, bookingId, order: request.body });
    }),
    bindRoute(chooseSeatsRoute, async ({ caller, params, body, requestId }) => {
      const asked = { caller, bookingId: params.id ?? '', choices: body.seats, requestId };
      const booking = await chooseSeats(parts, asked);
      return { body: presentBooking(booking), version: booking.version };
    }),
  ];
}
