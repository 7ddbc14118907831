import type { BookedFlight, BookingCopy } from './booking.ts';
import { type Journey, journeysOf } from './journeys.ts';
import { daysLater, formatDuration, formatLead, type LocalTime, localTime } from './local-times.ts';
import { formatMoney } from './money.ts';
import { oneLine } from './plain-text.ts';
import type { Reminder } from './reminder.ts';

/** Everything a mail about a booking may say, in words and on one line each. Templates only arrange it. */
export type MailFacts = {
  readonly reference: string;
  readonly passengers: readonly { readonly name: string; readonly type: string; readonly seats: string }[];
  /** All of the booking for a confirmation; for a departure the journey that begins with it. */
  readonly flights: readonly [FlightFacts, ...FlightFacts[]];
  /** Where it goes, for headings: `New York to London and back`. */
  readonly route: string;
  readonly total: string;
  /** How long until the first of the flights leaves: `about 2 hours`. */
  readonly leavesIn: string;
};

export type FlightFacts = {
  readonly flightNumber: string;
  readonly cabin: string;
  readonly origin: PlaceFacts;
  readonly destination: PlaceFacts;
  readonly departs: LocalTime;
  readonly arrives: LocalTime;
  /** Calendar days between departure and arrival: 1 for an overnight flight. */
  readonly arrivesDaysLater: number;
  readonly duration: string;
  /** For calendars, which want instants. */
  readonly departsAtMs: number;
  readonly arrivesAtMs: number;
  readonly flightId: string;
  /** Time between the previous flight of the mail and this one, where it is a connection: `1 h 20 min`. */
  readonly connection: string | null;
};

export type PlaceFacts = { readonly code: string; readonly city: string; readonly name: string };

const cabins = {
  economy: 'Economy',
  premium_economy: 'Premium economy',
  business: 'Business',
  first: 'First',
} as const satisfies Record<BookedFlight['cabin'], string>;

const passengerTypes = { adult: 'Adult', child: 'Child', infant: 'Infant' } as const satisfies Record<
  BookingCopy['passengers'][number]['type'],
  string
>;

/** What a reminder's mail says, at the moment of sending. @throws Error when the booking has no such flight. */
export function mailFacts(booking: BookingCopy, reminder: Pick<Reminder, 'flightId'>, nowMs: number): MailFacts {
  const journeys = journeysOf(booking.flights);
  const told =
    reminder.flightId === null ? journeys : journeys.filter(([first]) => first.flightId === reminder.flightId);
  const [first, ...others] = told.flatMap((journey) =>
    journey.map((flight, index) => describeFlight(flight, booking, journey[index - 1])),
  );
  if (!first) throw new Error(`Booking ${booking.id} has no journey that begins with flight ${reminder.flightId}.`);
  return {
    reference: oneLine(booking.reference),
    passengers: booking.passengers.map((passenger) => ({
      name: oneLine(`${passenger.firstName} ${passenger.lastName}`) || 'Passenger',
      type: passengerTypes[passenger.type],
      seats: [first, ...others].flatMap(({ flightId }) => oneLine(passenger.seats[flightId] ?? '') || []).join(', '),
    })),
    flights: [first, ...others],
    route: routeOf(told, booking),
    total: formatMoney(booking.totalMinor, booking.currency),
    leavesIn: formatLead(first.departsAtMs - nowMs),
  };
}

function routeOf(journeys: readonly Journey[], booking: BookingCopy): string {
  const flights = journeys.flat();
  const origin = flights[0]?.origin ?? '';
  const returns = flights.at(-1)?.destination === origin;
  // There and back within a day is one journey; its turning point is what one calls its destination.
  const turningPoint =
    journeys.length === 1 && returns ? flights[Math.ceil(flights.length / 2) - 1] : journeys[0]?.at(-1);
  const way = `${placeOf(origin, booking).city} to ${placeOf(turningPoint?.destination ?? '', booking).city}`;
  if (returns && journeys.length <= 2) return `${way} and back`;
  return journeys.length === 1 ? way : `${way} and ${journeys.length - 1} more`;
}

function describeFlight(flight: BookedFlight, booking: BookingCopy, previous: BookedFlight | undefined): FlightFacts {
  const { flightId, departsAtMs, arrivesAtMs } = flight;
  const origin = placeOf(flight.origin, booking);
  const destination = placeOf(flight.destination, booking);
  const departure = { unixMs: departsAtMs, timeZone: origin.timeZone };
  const arrival = { unixMs: arrivesAtMs, timeZone: destination.timeZone };
  return {
    flightId,
    flightNumber: oneLine(flight.flightNumber),
    cabin: cabins[flight.cabin],
    origin: { code: origin.code, city: origin.city, name: origin.name },
    destination: { code: destination.code, city: destination.city, name: destination.name },
    departs: localTime(departure.unixMs, departure.timeZone),
    arrives: localTime(arrival.unixMs, arrival.timeZone),
    arrivesDaysLater: daysLater(departure, arrival),
    duration: formatDuration(arrivesAtMs - departsAtMs),
    departsAtMs,
    arrivesAtMs,
    connection: previous ? formatDuration(departsAtMs - previous.arrivesAtMs) : null,
  };
}

/** An airport the event did not describe is called by its code, and its times are given in UTC and say so. */
function placeOf(code: string, booking: BookingCopy): BookingCopy['places'][number] {
  const known = booking.places.find((place) => place.code === code);
  if (!known) return { code, name: code, city: code, timeZone: 'UTC' };
  const name = oneLine(known.name) || code;
  return { code, name, city: oneLine(known.city) || name, timeZone: known.timeZone };
}
