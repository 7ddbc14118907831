import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { BookingRecord, PassengerRecord, SegmentRecord } from '../bookings/domain/booking.ts';
import { describeLocalTime } from './local-time.ts';
import { cabinNames, nameTerminal } from './words.ts';

/** A calendar as a file, and the method that its media type has to name as well (RFC 5546, section 1.4). */
export type CalendarFile = { readonly text: string; readonly method: 'PUBLISH' | 'CANCEL' };

/**
 * The flights of a confirmed or cancelled booking as events of a calendar (RFC 5545). `UID` stays with booking and flight, `SEQUENCE` is the
 * booking's version: a program that gets the file again updates what it has.
 *
 * Times are instants in UTC, without zones of their own: every program shows them by the clock its owner lives by, and
 * none has to believe a `VTIMEZONE` of ours, whose rules would be out of date one day. An event has one zone in many
 * programs, a flight two; the clocks of both airports stand in the description.
 */
export function writeCalendar(booking: BookingRecord): CalendarFile {
  const method = isGone(booking) ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = new ICalCalendar({
    prodId: { company: 'Jetbridge', product: 'Bookings', language: 'EN' },
    method,
    name: `Booking ${booking.reference}`,
  });
  for (const segment of booking.segments) calendar.createEvent(eventOf(booking, segment));
  return { text: calendar.toString(), method };
}

const isGone = ({ status }: BookingRecord) => status === 'cancelled';

type Event = Parameters<ICalCalendar['createEvent']>[0];

function eventOf(booking: BookingRecord, segment: SegmentRecord): Event {
  const { flightNumber, origin, destination, departureTime, arrivalTime } = segment.details;
  const updatedAt = new Date(booking.updatedAtMs);
  return {
    id: `${booking.id}.${segment.flightId}@jetbridge`,
    sequence: booking.version,
    stamp: updatedAt,
    created: new Date(booking.createdAtMs),
    lastModified: updatedAt,
    start: new Date(departureTime),
    end: new Date(arrivalTime),
    summary: `${flightNumber} ${origin.city} (${origin.code}) → ${destination.city} (${destination.code})`,
    location: {
      title: placeOf(origin, segment.details.departureTerminal),
      geo: { lat: origin.latitude, lon: origin.longitude },
    },
    description: describe(booking, segment),
    status: isGone(booking) ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer,
  };
}

/** RFC 5546 demands one. Nobody shall write to it, so its domain is one that never exists (RFC 2606). */
const organizer = { name: 'Jetbridge', email: 'bookings@jetbridge.invalid' };

function describe(booking: BookingRecord, { flightId, cabin, details }: SegmentRecord): string {
  const { flightNumber, origin, destination } = details;
  const departure = describeLocalTime(details.departureLocal, details.departureTime, origin.timeZone);
  const arrival = describeLocalTime(details.arrivalLocal, details.arrivalTime, destination.timeZone);
  return [
    `Booking ${booking.reference}: ${booking.status}`,
    `Flight ${flightNumber}, ${cabinNames[cabin]}`,
    `Departs ${departure.date}, ${departure.time} ${departure.zone}: ${placeOf(origin, details.departureTerminal)}`,
    `Arrives ${arrival.date}, ${arrival.time} ${arrival.zone}: ${placeOf(destination, details.arrivalTerminal)}`,
    ...booking.passengers.map((passenger) => describePassenger(passenger, flightId)),
  ].join('\n');
}

function placeOf({ name, code, city }: SegmentRecord['details']['origin'], terminal: string | undefined): string {
  return [`${name} (${code})`, ...(terminal === undefined ? [] : [nameTerminal(terminal)]), city].join(', ');
}

function describePassenger({ firstName, lastName, type, seats }: PassengerRecord, flightId: string): string {
  const seat = type === 'infant' ? 'on a lap' : seats[flightId] ? `seat ${seats[flightId]}` : undefined;
  return [`${firstName} ${lastName}`, seat].filter(Boolean).join(', ');
}
