import { readCalendarRoute, readTicketRoute } from '../bookings/document-routes.ts';
import { exampleBookingId } from './bookings.ts';
import { publish } from './published-route.ts';

const tag = 'Bookings';

export const documentRoutes = [
  publish(readTicketRoute, {
    tag,
    description:
      'Flights by the clocks of their airports, seats and passengers, the fare and its rules, what was paid, and a code ' +
      'for each passenger and flight (IATA BCBP in a QR code). Names are printed in the script they were given in. Only ' +
      'a `confirmed` booking has a ticket. Where many are asked for at once the answer may be 503: try again after ' +
      '`Retry-After` seconds.',
    path: { id: exampleBookingId },
  }),
  publish(readCalendarRoute, {
    tag,
    description:
      'iCalendar (RFC 5545). Each flight keeps its `UID`, `SEQUENCE` is the version of the booking: imported again, an ' +
      'event is updated. Those of a cancelled booking say so (`METHOD:CANCEL`), so that a program takes them out.',
    path: { id: exampleBookingId },
  }),
];
