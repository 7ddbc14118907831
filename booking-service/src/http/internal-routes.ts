import {
  closeFlightRoute,
  exportBookingsRoute,
  type FlightImpact,
  limitCapacityRoute,
  readCurrentBookingsRoute,
  readFlightBookingsRoute,
  readTicketForMailRoute,
} from '@jetbridge/contracts/bookings/internal.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { BookingHistory } from '../bookings/db/booking-history.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import { presentBooking, presentCurrentBooking } from '../bookings/presenters/present-booking.ts';
import { presentHistoryEntry } from '../bookings/presenters/present-history.ts';
import { type BookingWithHistory, exportBookings, exportWaitlist } from '../bookings/use-cases/export-bookings.ts';
import { assertHasTicket } from '../documents/domain/documentable.ts';
import type { TicketPrinter } from '../documents/printing/ticket-printer.ts';
import { bookingNotFound } from '../sales/desk/booking-not-found.ts';
import type { CapacityDesk } from '../sales/desk/capacity-desk.ts';
import type { Waitlist } from '../waitlist/db/waitlist.ts';
import { presentWaitlistEntry } from '../waitlist/presenters/present-waitlist-entry.ts';

/** What other services may ask. */
export function internalRoutes(parts: {
  bookings: Bookings;
  history: BookingHistory;
  waitlist: Waitlist;
  capacity: CapacityDesk;
  impactOf: (flightId: string) => Promise<FlightImpact>;
  printer: TicketPrinter;
}): BoundRoute[] {
  const { bookings, capacity, impactOf, printer } = parts;
  return [
    bindRoute(readCurrentBookingsRoute, async ({ body }) => {
      const found = await bookings.findMany(body.ids);
      return { body: { bookings: found.map(presentCurrentBooking) } };
    }),
    bindRoute(readTicketForMailRoute, async ({ params }) => {
      const [booking] = await bookings.findMany([params.id ?? '']);
      if (!booking) throw bookingNotFound();
      assertHasTicket(booking);
      const pdf = await printer.print(booking);
      return { body: { filename: `ticket-${booking.reference}.pdf`, pdf: pdf.toString('base64') } };
    }),
    bindRoute(readFlightBookingsRoute, async ({ params }) => ({ body: await impactOf(params.id ?? '') })),
    bindRoute(exportBookingsRoute, async ({ params }) => {
      const userId = params.id ?? '';
      const exported = await exportBookings(parts, userId);
      const waitlist = await exportWaitlist(parts.waitlist, userId);
      const present = ({ booking, entries }: BookingWithHistory) => ({
        ...presentBooking(booking),
        history: entries.map((entry) => presentHistoryEntry(entry, { isStaff: false })),
      });
      return { body: { bookings: exported.map(present), waitlist: waitlist.map(presentWaitlistEntry) } };
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
