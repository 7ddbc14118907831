import type { BookingStatus, PassengerType } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Airport, Cabin, FareRules, Flight } from '@jetbridge/contracts/flights/schemas.ts';

/** A booking as this service keeps it. Instants are Unix milliseconds, money minor units of `currency`. */
export type BookingRecord = {
  readonly id: string;
  readonly reference: string;
  readonly userId: string;
  readonly status: BookingStatus;
  readonly holdExpiresAtMs: number | null;
  readonly contact: { readonly email: string; readonly phone: string | null };
  readonly totalMinor: number;
  readonly currency: string;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly segments: readonly SegmentRecord[];
  readonly passengers: readonly PassengerRecord[];
};

/** One flight of a booking, as it was sold. */
export type SegmentRecord = {
  readonly flightId: string;
  readonly cabin: Cabin;
  /** Seats taken on this flight: everyone but infants on laps. */
  readonly seats: number;
  readonly departsAtMs: number;
  /** For one adult or child. */
  readonly priceMinor: number;
  /** The version of the flight that times and details are of. */
  readonly flightVersion: number;
  readonly details: SegmentDetails;
};

/** What never decides anything, but is shown. */
export type SegmentDetails = {
  readonly flightNumber: string;
  readonly origin: Airport;
  readonly destination: Airport;
  readonly departureTime: string;
  readonly arrivalTime: string;
  readonly departureLocal: string;
  readonly arrivalLocal: string;
  readonly rules: FareRules;
};

export type PassengerRecord = {
  readonly id: string;
  readonly type: PassengerType;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string | null;
};

/** A segment after its flight was changed by the airline: the new times, the old price and rules. */
export function segmentAfter(segment: SegmentRecord, flight: Flight): SegmentRecord {
  const { departureTime, arrivalTime, departureLocal, arrivalLocal } = flight;
  return {
    ...segment,
    departsAtMs: Date.parse(departureTime),
    flightVersion: flight.version,
    details: { ...segment.details, departureTime, arrivalTime, departureLocal, arrivalLocal },
  };
}

/** Whether two states of one segment leave or arrive at other times. */
export function hasOtherTimes(one: SegmentRecord, other: SegmentRecord): boolean {
  return (
    one.details.departureTime !== other.details.departureTime || one.details.arrivalTime !== other.details.arrivalTime
  );
}
