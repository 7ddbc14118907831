import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { OutgoingMail } from '../clients/mailer.ts';
import type { BookingCopy } from '../domain/booking.ts';
import type { FlightFacts, MailFacts, PlaceFacts } from '../domain/mail-facts.ts';

/**
 * The flights of a mail for a calendar (RFC 5545). A flight keeps its UID in all mails of a booking and in the calendar
 * that booking-service gives out, and a later state of the booking has a higher sequence, so that calendars move an entry
 * rather than add one, and take it out when the booking is cancelled.
 */
export function calendarOf(
  facts: MailFacts,
  booking: Pick<BookingCopy, 'id' | 'version'>,
  options: { brand: string; isCancelled: boolean; nowMs: number },
): NonNullable<OutgoingMail['calendar']> {
  const { isCancelled } = options;
  const method = isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = ical({
    prodId: { company: options.brand, product: 'reminders', language: 'EN' },
    method,
  });
  for (const flight of facts.flights) {
    calendar.createEvent({
      id: `${booking.id}.${flight.flightId}@jetbridge`,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      sequence: booking.version,
      stamp: new Date(options.nowMs),
      start: new Date(flight.departsAtMs),
      end: new Date(flight.arrivesAtMs),
      summary: `${flight.flightNumber} ${flight.origin.city} to ${flight.destination.city}`,
      location: placeOf(flight.origin),
      description: describe(flight, facts),
    });
  }
  return { filename: `${facts.reference}.ics`, content: calendar.toString(), method };
}

function placeOf({ name, code, terminal }: PlaceFacts): string {
  return `${name} (${code})${terminal ? `, ${terminal}` : ''}`;
}

function describe(flight: FlightFacts, facts: MailFacts): string {
  const { departs, arrives, destination } = flight;
  return [
    `Booking ${facts.reference}, ${flight.cabin}`,
    `Departs ${departs.date}, ${departs.time} ${departs.zone}`,
    `Arrives ${arrives.date}, ${arrives.time} ${arrives.zone}${destination.terminal ? `, ${destination.terminal}` : ''}`,
    ...facts.passengers.map(({ name }) => name),
  ].join('\n');
}
