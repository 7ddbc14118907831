import {
  closeFlightRoute,
  exportBookingsRoute,
  limitCapacityRoute,
  readCurrentBookingsRoute,
} from '@jetbridge/contracts/bookings/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { BookingHistory } from '../bookings/db/booking-history.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import { presentBooking, presentCurrentBooking } from '../bookings/presenters/present-booking.ts';
import { presentHistoryEntry } from '../bookings/presenters/present-history.ts';
import { type BookingWithHistory, exportBookings } from '../bookings/use-cases/export-bookings.ts';
import type { CapacityDesk } from '../sales/desk/capacity-desk.ts';

/** What other services may ask. */
export function internalRoutes(parts: {
  bookings: Bookings;
  history: BookingHistory;
  capacity: CapacityDesk;
}): BoundRoute[] {
  const { bookings, capacity } = parts;
  return [
    bindRoute(readCurrentBookingsRoute, async ({ body }) => {
      const found = await bookings.findMany(body.ids);
      return { body: { bookings: found.map(presentCurrentBooking) } };
    }),
    bindRoute(exportBookingsRoute, async ({ params }) => {
      const exported = await exportBookings(parts, params.id ?? '');
      const present = ({ booking, entries }: BookingWithHistory) => ({
        ...presentBooking(booking),
        history: entries.map((entry) => presentHistoryEntry(entry, { isStaff: false })),
      });
      return { body: { bookings: exported.map(present) } };
    }),
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
