import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { FareRecord, FlightRecord, FlightReferences } from '../domain/flight.ts';
import { localDateTimeAt } from '../domain/places/local-time.ts';

/** A flight as the API shows it, of which a list shows all but the terminals. */
export function presentFlight(record: FlightRecord, references: FlightReferences, currency: string): Flight {
  const { airline, origin, destination, airplane } = references;
  return {
    id: record.id,
    flightNumber: record.flightNumber,
    airline,
    origin,
    destination,
    departureTime: toInstant(record.departsAtMs),
    arrivalTime: toInstant(record.arrivesAtMs),
    departureLocal: localDateTimeAt(record.departsAtMs, origin.timeZone),
    arrivalLocal: localDateTimeAt(record.arrivesAtMs, destination.timeZone),
    ...(record.departureTerminal === null ? {} : { departureTerminal: record.departureTerminal }),
    ...(record.arrivalTerminal === null ? {} : { arrivalTerminal: record.arrivalTerminal }),
    durationMinutes: (record.arrivesAtMs - record.departsAtMs) / 60_000,
    status: record.status,
    airplane: { id: airplane.id, model: airplane.model },
    fares: record.fares.map((fare) => presentFare(fare, currency)),
    version: record.version,
  };
}

/** A flight with the seats of its airplane, for the service that sells it. */
export function presentFlightForSale(
  record: FlightRecord,
  references: FlightReferences,
  currency: string,
): FlightForSale {
  return { flight: presentFlight(record, references, currency), layout: references.airplane.cabins };
}

/** The tag of a flight's state: its own version, then that of its seats. */
export function flightTag(record: FlightRecord): string {
  return `${record.version}.${record.inventoryVersion}`;
}

function presentFare(fare: FareRecord, currency: string): Fare {
  return {
    cabin: fare.cabin,
    price: { amount: fare.priceMinor, currency },
    seats: fare.seats,
    availableSeats: Math.max(0, fare.seats - fare.taken),
    rules: {
      refundable: fare.refundable,
      cancelFee: { amount: fare.cancelFeeMinor, currency },
      changeFee: { amount: fare.changeFeeMinor, currency },
    },
  };
}
