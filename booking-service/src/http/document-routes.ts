import { readCalendarRoute, readTicketRoute } from '@jetbridge/contracts/bookings/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Bookings } from '../db/bookings.ts';
import { readBooking } from '../use-cases/read-booking.ts';

/**
 * A booking on paper and in a calendar, for whoever may read it. What makes them is loaded with the first one: 35 MB and a
 * third of a second that a process which only sells does without.
 */
export function documentRoutes({ bookings }: { readonly bookings: Bookings }): BoundRoute[] {
  return [
    bindRoute(readTicketRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      return {
        bytes: async () => (await import('../documents/ticket-pdf.ts')).printTicket(booking),
        mediaType: 'application/pdf',
        filename: `ticket-${booking.reference}.pdf`,
        version: booking.version,
      };
    }),
    bindRoute(readCalendarRoute, async ({ caller, params }) => {
      const booking = await readBooking(bookings, caller, params.id ?? '');
      const { writeCalendar } = await import('../documents/calendar.ts');
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
