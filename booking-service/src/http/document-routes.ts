import { readCalendarRoute, readTicketRoute } from '@jetbridge/contracts/bookings/document-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import { readBooking } from '../bookings/use-cases/read-booking.ts';
import { writeCalendar } from '../documents/calendar.ts';
import { assertHasCalendar, assertHasTicket } from '../documents/domain/documentable.ts';
import type { TicketPrinter } from '../documents/printing/ticket-printer.ts';

/** A booking on paper and in a calendar, for whoever may read it. */
export function documentRoutes({
  bookings,
  printer,
}: {
  readonly bookings: Bookings;
  readonly printer: TicketPrinter;
}): BoundRoute[] {
  return [
    bindRoute(readTicketRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      assertHasTicket(booking);
      return {
        bytes: () => printer.print(booking),
        mediaType: 'application/pdf',
        filename: `ticket-${booking.reference}.pdf`,
        version: booking.version,
      };
    }),
    bindRoute(readCalendarRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      assertHasCalendar(booking);
      const { text, method } = writeCalendar(booking);
      return {
        bytes: async () => Buffer.from(text),
        mediaType: `text/calendar; charset=utf-8; method=${method}`,
        filename: `booking-${booking.reference}.ics`,
        version: booking.version,
      };
    }),
  ];
}
