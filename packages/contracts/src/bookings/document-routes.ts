import { defineRoute } from '../http/route.ts';

const service = 'booking-service';

export const readTicketRoute = defineRoute({
  id: 'readTicket',
  service,
  method: 'get',
  path: '/bookings/:id/ticket.pdf',
  access: 'signed_in',
  orLookup: true,
  summary: 'The ticket of a booking, to be printed',
  answer: { status: 200, description: 'The ticket', mediaType: 'application/pdf', download: true, tagged: true },
  problems: ['booking_not_found', 'booking_not_confirmed', 'booking_cancelled', 'booking_expired'],
});

export const readCalendarRoute = defineRoute({
  id: 'readCalendar',
  service,
  method: 'get',
  path: '/bookings/:id/calendar.ics',
  access: 'signed_in',
  orLookup: true,
  summary: 'The flights of a booking, for a calendar',
  answer: { status: 200, description: 'An event per flight', mediaType: 'text/calendar', download: true, tagged: true },
  problems: ['booking_not_found', 'booking_not_confirmed', 'booking_expired'],
});
