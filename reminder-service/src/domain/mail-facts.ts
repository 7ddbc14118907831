import type { BookedFlight, BookingCopy, Place } from './booking.ts';
import { type Journey, journeysOf } from './journeys.ts';
import { daysLater, formatDuration, formatLead, type LocalTime, localTime } from './local-times.ts';
import { formatMoney } from './money.ts';
import { oneLine } from './plain-text.ts';
import type { MailDetails, Reminder } from './reminder.ts';
import { english, fillIn, type Words } from './words.ts';

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
  /** Until when a held booking is to be paid, where its first flight leaves from; null for all others. */
  readonly payBy: LocalTime | null;
  /** What is given back for a cancelled booking; null when nothing is. */
  readonly refund: string | null;
  /** Whether that has been done, or is under way still. */
  readonly isRefunded: boolean;
  readonly refundedByAirline: boolean;
  /** The flights as they were, of what has changed; empty where nothing has. */
  readonly before: readonly FlightFacts[];
  /** Of a payment that failed; null for all others. */
  readonly failedPayment: FailedPaymentFacts | null;
};

export type FailedPaymentFacts = {
  readonly amount: string;
  /** A sentence. */
  readonly reason: string;
  /** `held`: it may be paid in another way, until `payBy`. `kept`: it was for a change, which is not made. */
  readonly booking: 'held' | 'kept' | 'gone';
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

export type PlaceFacts = {
  readonly code: string;
  readonly city: string;
  readonly name: string;
  /** `Terminal 4`; null where it is not known. */
  readonly terminal: string | null;
};

/** What a reminder's mail says, at the moment of sending. @throws Error when the booking has no such flight. */
export function mailFacts(
  booking: BookingCopy,
  reminder: Pick<Reminder, 'flightId' | 'details'>,
  nowMs: number,
  words: Words = english,
): MailFacts {
  const journeys = journeysOf(booking.flights);
  const told =
    reminder.flightId === null ? journeys : journeys.filter(([first]) => first.flightId === reminder.flightId);
  const [first, ...others] = describeJourneys(told, booking, words);
  if (!first) throw new Error(`Booking ${booking.id} has no journey that begins with flight ${reminder.flightId}.`);
  const { before = [], payment } = reminder.details ?? {};
  return {
    reference: oneLine(booking.reference),
    passengers: booking.passengers.map((passenger) => ({
      name: oneLine(`${passenger.firstName} ${passenger.lastName}`) || words.passenger,
      type: words.passengerTypes[passenger.type],
      seats: [first, ...others].flatMap(({ flightId }) => oneLine(passenger.seats[flightId] ?? '') || []).join(', '),
    })),
    flights: [first, ...others],
    route: routeOf(told, booking, words),
    total: formatMoney(booking.totalMinor, booking.currency, words.locale),
    leavesIn: formatLead(first.departsAtMs - nowMs, words),
    payBy: payByOf(booking, words),
    refund: booking.refundMinor ? formatMoney(booking.refundMinor, booking.currency, words.locale) : null,
    isRefunded: booking.isRefunded === true,
    refundedByAirline: booking.refundedByAirline === true,
    before: describeJourneys(journeysOf(before), booking, words),
    failedPayment: payment ? describeFailure(payment, booking, words) : null,
  };
}

function describeJourneys(journeys: readonly Journey[], booking: BookingCopy, words: Words): FlightFacts[] {
  return journeys.flatMap((journey) =>
    journey.map((flight, index) => describeFlight(flight, booking, { previous: journey[index - 1], words })),
  );
}

function payByOf({ status, holdExpiresAtMs, flights, places }: BookingCopy, words: Words): LocalTime | null {
  if (status !== 'pending' || holdExpiresAtMs === undefined || holdExpiresAtMs === null) return null;
  const zone = places.find(({ code }) => code === flights[0]?.origin)?.timeZone ?? 'UTC';
  return localTime(holdExpiresAtMs, zone, words);
}

function describeFailure(
  { amountMinor, failureCode }: NonNullable<MailDetails['payment']>,
  { status, currency }: BookingCopy,
  { failures, locale }: Words,
): FailedPaymentFacts {
  const standing = { pending: 'held', confirmed: 'kept', cancelled: 'gone', expired: 'gone' } as const;
  return {
    amount: formatMoney(amountMinor, currency, locale),
    reason: (Object.hasOwn(failures, failureCode) ? failures[failureCode] : undefined) ?? failures.other,
    booking: standing[status],
  };
}

function routeOf(journeys: readonly Journey[], booking: BookingCopy, words: Words): string {
  const flights = journeys.flat();
  const origin = flights[0]?.origin ?? '';
  const returns = flights.at(-1)?.destination === origin;
  // There and back within a day is one journey; its turning point is what one calls its destination.
  const turningPoint =
    journeys.length === 1 && returns ? flights[Math.ceil(flights.length / 2) - 1] : journeys[0]?.at(-1);
  const way = fillIn(words.way, {
    origin: placeOf(origin, booking).city,
    destination: placeOf(turningPoint?.destination ?? '', booking).city,
  });
  if (returns && journeys.length <= 2) return fillIn(words.andBack, { way });
  return journeys.length === 1 ? way : fillIn(words.andMore, { way, count: journeys.length - 1 });
}

function describeFlight(
  flight: BookedFlight,
  booking: BookingCopy,
  { previous, words }: { previous: BookedFlight | undefined; words: Words },
): FlightFacts {
  const { flightId, departsAtMs, arrivesAtMs } = flight;
  const origin = placeOf(flight.origin, booking);
  const destination = placeOf(flight.destination, booking);
  const departure = { unixMs: departsAtMs, timeZone: origin.timeZone };
  const arrival = { unixMs: arrivesAtMs, timeZone: destination.timeZone };
  return {
    flightId,
    flightNumber: oneLine(flight.flightNumber),
    cabin: words.cabins[flight.cabin],
    origin: placeFacts(origin, flight.departureTerminal, words),
    destination: placeFacts(destination, flight.arrivalTerminal, words),
    departs: localTime(departure.unixMs, departure.timeZone, words),
    arrives: localTime(arrival.unixMs, arrival.timeZone, words),
    arrivesDaysLater: daysLater(departure, arrival, words),
    duration: formatDuration(arrivesAtMs - departsAtMs, words),
    departsAtMs,
    arrivesAtMs,
    connection: previous ? formatDuration(departsAtMs - previous.arrivesAtMs, words) : null,
  };
}

function placeFacts({ code, city, name }: Place, terminal: string | undefined, words: Words): PlaceFacts {
  const known = oneLine(terminal ?? '');
  return { code, city, name, terminal: known ? fillIn(words.terminal, { terminal: known }) : null };
}

/** An airport the event did not describe is called by its code, and its times are given in UTC and say so. */
function placeOf(code: string, booking: BookingCopy): Place {
  const known = booking.places.find((place) => place.code === code);
  if (!known) return { code, name: code, city: code, timeZone: 'UTC' };
  const name = oneLine(known.name) || code;
  return { code, name, city: oneLine(known.city) || name, timeZone: known.timeZone };
}
