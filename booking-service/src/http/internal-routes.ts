import {
  closeFlightRoute,
  type FlightImpact,
  limitCapacityRoute,
  readCurrentBookingsRoute,
  readFlightBookingsRoute,
} from '@jetbridge/contracts/bookings/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import { presentCurrentBooking } from '../bookings/presenters/present-booking.ts';
import type { CapacityDesk } from '../sales/desk/capacity-desk.ts';

/** What other services may ask. */
export function internalRoutes(parts: {
  bookings: Bookings;
  capacity: CapacityDesk;
  impactOf: (flightId: string) => Promise<FlightImpact>;
}): BoundRoute[] {
  const { bookings, capacity, impactOf } = parts;
  return [
    bindRoute(readCurrentBookingsRoute, async ({ body }) => {
      const found = await bookings.findMany(body.ids);
      return { body: { bookings: found.map(presentCurrentBooking) } };
    }),
    bindRoute(readFlightBookingsRoute, async ({ params }) => ({ body: await impactOf(params.id ?? '') })),
    bindRoute(closeFlightRoute, async ({ params, body }) => {
      await capacity.close({ flightId: params.id ?? '', version: body.version });
      return { body: undefined };
    }),
    bindRoute(limitCapacityRoute, async ({ params, body }) => {
      await capacity.limit({ flightId: params.id ?? '', ...body });
      return { body: undefined };
    }),
  ];
}
