import type { Airline, Airplane, Airport } from '@jetbridge/contracts/flights/schemas.ts';
import { dayMs } from '../domain/places/local-time.ts';
import { offsetMinutesAt } from '../domain/places/zone-offsets.ts';
import { cabinsByNumber, minuteMs, type Schedule, statusesByNumber } from '../domain/search/schedule.ts';
import { createTextSlabs } from './text-slabs.ts';

/** What flights refer to, in memory; `edition` rises when any of it changes. */
type Names = {
  readonly edition: () => number;
  readonly airport: (code: string) => Airport | undefined;
  readonly airline: (code: string) => Airline | undefined;
  readonly airplane: (id: string) => Airplane | undefined;
};

/** Flights as lists show them, as JSON: character by character what `presentFlight` makes of one without terminals. */
export type FlightFragments = ReturnType<typeof createFlightFragments>;

/**
 * Writes flights as JSON right out of the schedule, and keeps what was written lately. A fragment carries the stamp of the
 * flight it was made of, so that a change is never overlooked and nobody has to tell.
 */
export function createFlightFragments({
  schedule,
  names,
  currency,
}: {
  schedule: Schedule;
  names: Names;
  currency: string;
}) {
  const { flights, fares } = schedule;
  const money = moneyWriter(currency);
  let writer = createNameWriter(schedule, names);
  let edition = names.edition();
  const written = createTextSlabs();

  function forgetOldNames(): void {
    if (edition === names.edition()) return;
    edition = names.edition();
    writer = createNameWriter(schedule, names);
    written.clear();
  }

  function write(slot: number): string {
    const departure = flights.departure[slot] ?? 0;
    const arrival = flights.arrival[slot] ?? 0;
    const origin = writer.airport(flights.origin[slot] ?? 0);
    const destination = writer.airport(flights.destination[slot] ?? 0);
    return [
      `{"id":"${schedule.idOf(slot)}","flightNumber":"${schedule.flightNumberOf(slot)}","airline":`,
      writer.airline(flights.airline[slot] ?? 0),
      ',"origin":',
      origin.json,
      ',"destination":',
      destination.json,
      `,"departureTime":"${timeText(departure)}:00Z","arrivalTime":"${timeText(arrival)}:00Z","departureLocal":"`,
      timeText(departure + offsetMinutesAt(origin.timeZone, departure * minuteMs)),
      '","arrivalLocal":"',
      timeText(arrival + offsetMinutesAt(destination.timeZone, arrival * minuteMs)),
      `","durationMinutes":${arrival - departure},"status":"${statusesByNumber[flights.status[slot] ?? 0]}","airplane":`,
      writer.airplane(flights.airplane[slot] ?? 0),
      ',"fares":[',
      faresOf(slot),
      `],"version":${flights.version[slot] ?? 0}}`,
    ].join('');
  }

  function faresOf(slot: number): string {
    const start = flights.fareStart[slot] ?? 0;
    let json = '';
    for (let at = start; at < start + (flights.fareCount[slot] ?? 0); at++) {
      const seats = fares.seats[at] ?? 0;
      const free = Math.max(0, seats - (fares.taken[at] ?? 0));
      json += `${json && ','}{"cabin":"${cabinsByNumber[fares.cabin[at] ?? 0]}","price":${money(fares.price[at])},"seats":${seats},"availableSeats":${free},"rules":{"refundable":${fares.refundable[at] === 1},"cancelFee":${money(fares.cancelFee[at])},"changeFee":${money(fares.changeFee[at])}}}`;
    }
    return json;
  }

  return {
    /** Bytes of UTF-8: to encode the same text again with each answer takes longer than the search. */
    jsonOf(slot: number): Buffer {
      forgetOldNames();
      const stamp = flights.stamp[slot] ?? 0;
      return written.find(slot, stamp) ?? written.put(slot, stamp, write(slot));
    },
  };
}

const moneyWriter = (currency: string) => (amount: number | undefined) =>
  `{"amount":${amount ?? 0},"currency":"${currency}"}`;

/** The parts of many flights that say the same, each written once. */
function createNameWriter({ airports, airlines, airplanes }: Schedule, names: Names) {
  return {
    airport: remembered((number) => {
      const airport = known(names.airport(airports.codeOf(number)));
      return { json: JSON.stringify(airport), timeZone: airport.timeZone };
    }),
    airline: remembered((number) => JSON.stringify(known(names.airline(airlines.codeOf(number))))),
    airplane: remembered((number) => {
      const { id, model } = known(names.airplane(airplanes.codeOf(number)));
      return JSON.stringify({ id, model });
    }),
  };
}

function remembered<T>(make: (number: number) => T): (number: number) => T {
  const made: T[] = [];
  return (number) => {
    const before = made[number];
    if (before !== undefined) return before;
    const now = make(number);
    made[number] = now;
    return now;
  };
}

function known<T>(name: T | undefined): T {
  if (name !== undefined) return name;
  throw new Error('What a flight refers to is read before the flight is put into the schedule.');
}

const timesOfDay = Array.from({ length: 1_440 }, (_, minute) =>
  new Date(minute * minuteMs).toISOString().slice(11, 16),
);
const days: string[] = [];

/** Minutes since 1970 as `2026-12-25T18:00`. */
function timeText(minutes: number): string {
  const day = Math.floor(minutes / 1_440);
  const date = days[day] ?? new Date(day * dayMs).toISOString().slice(0, 10);
  days[day] = date;
  return `${date}T${timesOfDay[minutes - day * 1_440]}`;
}
