import ical, { ICalCalendarMethod } from 'ical-generator';
import type { BookingCopy } from '../domain/booking.ts';
import type { FlightFacts, MailFacts } from '../domain/mail-facts.ts';

/**
 * The flights of a mail for a calendar (RFC 5545). A flight keeps its UID in all mails of a booking, and a later state
 * of the booking a higher sequence, so that calendars move an entry rather than add one.
 */
export function calendarOf(
  facts: MailFacts,
  booking: Pick<BookingCopy, 'id' | 'version'>,
  options: { brand: string; domain: string; nowMs: number },
): { filename: string; content: string } {
  const calendar = ical({
    prodId: { company: options.brand, product: 'reminders', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const flight of facts.flights) {
    calendar.createEvent({
      id: `${booking.id}.${flight.flightId}@${options.domain}`,
      sequence: booking.version,
      stamp: new Date(options.nowMs),
      start: new Date(flight.departsAtMs),
      end: new Date(flight.arrivesAtMs),
      summary: `${flight.flightNumber} ${flight.origin.city} to ${flight.destination.city}`,
      location: `${flight.origin.name} (${flight.origin.code})`,
      description: describe(flight, facts),
    });
  }
  return { filename: `${facts.reference}.ics`, content: calendar.toString() };
}

function describe(flight: FlightFacts, facts: MailFacts): string {
  const { departs, arrives } = flight;
  return [
    `Booking ${facts.reference}, ${flight.cabin}`,
    `Departs ${departs.date}, ${departs.time} ${departs.zone}`,
    `Arrives ${arrives.date}, ${arrives.time} ${arrives.zone}`,
    ...facts.passengers.map(({ name }) => name),
  ].join('\n');
}
