import type { BookingStatus, PassengerType } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Airport, Cabin, FareRules, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { PaymentRecord, RefundRecord } from '../../payments/domain/payment.ts';

/** A booking as this service keeps it. Instants are Unix milliseconds, money minor units of `currency`. */
export type BookingRecord = {
  readonly id: string;
  readonly reference: string;
  readonly userId: string;
  readonly status: BookingStatus;
  readonly holdExpiresAtMs: number | null;
  readonly contact: { readonly email: string; readonly phone: string | null };
  /** The price of the segments it has now. */
  readonly totalMinor: number;
  /** What was kept for changes, beside that. */
  readonly feesMinor: number;
  readonly currency: string;
  /** Whether anybody was told of it. The request that makes it may still be waiting for its payment. */
  readonly announced: boolean;
  /** Counts up with every change of the booking, its seats, payments and refunds. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly segments: readonly SegmentRecord[];
  readonly passengers: readonly PassengerRecord[];
  readonly payments: readonly PaymentRecord[];
  readonly refunds: readonly RefundRecord[];
  /** A change that waits for its payment. */
  readonly openChange: OpenChange | null;
};

/** A change whose new seats are held while the difference is being paid; the old ones stay until it is. */
export type OpenChange = {
  readonly paymentId: string;
  /** What the booking is to hold, in this order: segments it has, and those of `added`. */
  readonly flights: readonly CabinOfFlight[];
  readonly added: readonly SegmentRecord[];
  readonly totalMinor: number;
  /** Kept for this change. */
  readonly feeMinor: number;
};

export type CabinOfFlight = Pick<SegmentRecord, 'flightId' | 'cabin'>;

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

/** What no seat depends on: what is shown, and the terms of the sale. */
export type SegmentDetails = {
  readonly flightNumber: string;
  readonly origin: Airport;
  readonly destination: Airport;
  readonly departureTime: string;
  readonly arrivalTime: string;
  readonly departureLocal: string;
  readonly arrivalLocal: string;
  /** Where they are known. */
  readonly departureTerminal?: string;
  readonly arrivalTerminal?: string;
  readonly rules: FareRules;
  /** The times it was sold with, once the airline has changed them. */
  readonly soldTimes?: { readonly departureTime: string; readonly arrivalTime: string };
  /** What of the price of all its seats was paid by giving up a fare that is not refundable, in a change. */
  readonly boundMinor?: number;
};

export type PassengerRecord = {
  readonly id: string;
  readonly type: PassengerType;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string | null;
  /** Seats by flight id; infants have none. */
  readonly seats: Readonly<Record<string, string>>;
};

/** How many of the party take a seat, on the flight where most do. */
export const partySeatsOf = ({ segments }: Pick<BookingRecord, 'segments'>): number =>
  Math.max(...segments.map(({ seats }) => seats));

/** Whether seats of this booking count towards what its user may hold unpaid. */
export const countsAsHeld = ({ status, announced }: BookingRecord): boolean => status === 'pending' && announced;

/** The terminals of a flight or segment, as far as they are known. */
export function terminalsOf({
  departureTerminal,
  arrivalTerminal,
}: {
  readonly departureTerminal?: string | undefined;
  readonly arrivalTerminal?: string | undefined;
}): Pick<SegmentDetails, 'departureTerminal' | 'arrivalTerminal'> {
  return {
    ...(departureTerminal === undefined ? {} : { departureTerminal }),
    ...(arrivalTerminal === undefined ? {} : { arrivalTerminal }),
  };
}

/** A segment after its flight was changed by the airline: the new times and terminals, the old price and rules. */
export function segmentAfter(segment: SegmentRecord, flight: Flight): SegmentRecord {
  const { departureTime, arrivalTime, departureLocal, arrivalLocal } = flight;
  const { departureTerminal: _departure, arrivalTerminal: _arrival, ...details } = segment.details;
  const soldTimes = details.soldTimes ?? { departureTime: details.departureTime, arrivalTime: details.arrivalTime };
  return {
    ...segment,
    departsAtMs: Date.parse(departureTime),
    flightVersion: flight.version,
    details: {
      ...{ ...details, soldTimes, departureTime, arrivalTime, departureLocal, arrivalLocal },
      ...terminalsOf(flight),
    },
  };
}

/** Whether two states of one segment leave or arrive at other times or terminals. */
export function isToldOtherwise({ details: one }: SegmentRecord, { details: other }: SegmentRecord): boolean {
  return (
    one.departureTime !== other.departureTime ||
    one.arrivalTime !== other.arrivalTime ||
    one.departureTerminal !== other.departureTerminal ||
    one.arrivalTerminal !== other.arrivalTerminal
  );
}
