import { flightDurationMinutes, type NewFlight } from '@jetbridge/contracts/flights/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { FlightError } from '../domain/errors.ts';
import type { FareRecord, FlightRecord, FlightReferences } from '../domain/flight.ts';
import { localDateAt } from '../domain/places/local-time.ts';
import { rulesOf } from '../domain/pricing/tariff.ts';
import { flightDeed } from '../messaging/flight-deeds.ts';
import { flightScheduled } from '../messaging/flight-events.ts';
import { presentFlight } from '../presenters/present-flight.ts';
import type { ScheduleKeeper } from './keep-schedule.ts';
import { holdOnNames } from './store-flights.ts';

type CreateFlightParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly reference: ReferenceData;
  readonly keeper: ScheduleKeeper;
  readonly currency: string;
};

/**
 * Adds a flight to the schedule on behalf of staff and announces it.
 * @throws FlightError when it names what does not exist, has more seats than its airplane, or is there already.
 */
export async function createFlight(parts: CreateFlightParts, actor: string, order: NewFlight): Promise<FlightRecord> {
  const references = await findReferences(parts.reference, order);
  const record = toRecord(order, references, parts.currency);
  assertTimes(record);
  try {
    await parts.database.write(async (tx) => {
      await holdOnNames(parts.catalogue, [record], tx);
      await parts.flights.insert([record], tx);
      const scheduled = flightScheduled(presentFlight(record, references, parts.currency));
      await appendEvents(parts.database, [scheduled, flightDeed({ actor, after: record })], tx);
    });
  } catch (error) {
    if (!parts.flights.isTaken(error)) throw error;
    const { flightNumber, originCode, localDate } = record;
    throw new FlightError('flight_exists', `${flightNumber} leaves ${originCode} on ${localDate} already.`);
  }
  // Other processes hear of it; whoever asks this one next must not wait for that.
  await parts.keeper.refresh([record.id]);
  return record;
}

async function findReferences(reference: ReferenceData, order: NewFlight): Promise<FlightReferences> {
  if (order.originCode === order.destinationCode) {
    throw new FlightError('same_airport', 'must be another airport than the origin', '/destinationCode');
  }
  if (!order.flightNumber.startsWith(order.airlineCode)) {
    throw new FlightError('number_of_another_airline', `must begin with ${order.airlineCode}`, '/flightNumber');
  }
  const found = () => ({
    airline: reference.airline(order.airlineCode),
    origin: reference.airport(order.originCode),
    destination: reference.airport(order.destinationCode),
    airplane: reference.airplane(order.airplaneId),
  });
  if (Object.values(found()).includes(undefined)) await reference.reloadIfStale();
  const { airline, origin, destination, airplane } = found();
  if (!airline) throw new FlightError('unknown_airline', 'is no airline of the catalogue', '/airlineCode');
  if (!origin) throw new FlightError('unknown_airport', 'is no airport of the catalogue', '/originCode');
  if (!destination) throw new FlightError('unknown_airport', 'is no airport of the catalogue', '/destinationCode');
  if (!airplane) throw new FlightError('unknown_airplane', 'is no airplane of the catalogue', '/airplaneId');
  return { airline, origin, destination, airplane };
}

/** @throws FlightError `implausible_duration` when a flight would arrive too soon or too late. */
export function assertTimes({ departsAtMs, arrivesAtMs }: Pick<FlightRecord, 'departsAtMs' | 'arrivesAtMs'>): void {
  const minutes = (arrivesAtMs - departsAtMs) / 60_000;
  const { min, max } = flightDurationMinutes;
  if (minutes >= min && minutes <= max) return;
  throw new FlightError(
    'implausible_duration',
    `must be ${min} to ${max} minutes after the departure, not ${minutes}`,
    '/arrivalTime',
  );
}

function toRecord(order: NewFlight, { origin, airplane }: FlightReferences, currency: string): FlightRecord {
  const departsAtMs = fromInstant(order.departureTime);
  return {
    id: newId('flt'),
    flightNumber: order.flightNumber,
    airlineCode: order.airlineCode,
    originCode: order.originCode,
    destinationCode: order.destinationCode,
    localDate: localDateAt(departsAtMs, origin.timeZone),
    departsAtMs,
    arrivesAtMs: fromInstant(order.arrivalTime),
    departureTerminal: order.departureTerminal ?? null,
    arrivalTerminal: order.arrivalTerminal ?? null,
    status: 'scheduled',
    airplaneId: order.airplaneId,
    version: 1,
    inventoryVersion: 0,
    fares: order.fares.map((_, index) => toFare(order, index, airplane, currency)),
  };
}

function toFare(order: NewFlight, index: number, airplane: FlightReferences['airplane'], currency: string): FareRecord {
  const fare = order.fares[index];
  if (!fare) throw new Error('The index comes from the fares themselves.');
  const { cabin, price, seats, rules } = fare;
  const at = `/fares/${index}`;
  if (order.fares.findIndex((other) => other.cabin === cabin) !== index) {
    throw new FlightError('doubled_cabin', 'must name each cabin once', `${at}/cabin`);
  }
  const inAirplane = airplane.cabins.find((other) => other.cabin === cabin);
  if (!inAirplane) {
    const offered = airplane.cabins.map((other) => other.cabin).join(', ');
    throw new FlightError('cabin_not_in_airplane', `must be a cabin of the airplane: ${offered}`, `${at}/cabin`);
  }
  if (seats > inAirplane.seats) {
    throw new FlightError(
      'too_many_seats',
      `must be at most ${inAirplane.seats}, the seats of this cabin`,
      `${at}/seats`,
    );
  }
  const money = rules ? [price, rules.cancelFee, rules.changeFee] : [price];
  if (money.some((amount) => amount.currency !== currency)) {
    throw new FlightError('currency_not_sold', `must be in ${currency}`, `${at}/price/currency`);
  }
  const terms = rules
    ? {
        refundable: rules.refundable,
        cancelFeeMinor: rules.cancelFee.amount,
        changeFeeMinor: rules.changeFee.amount,
      }
    : rulesOf(cabin, price.amount);
  return { cabin, priceMinor: price.amount, seats, taken: 0, ...terms };
}
