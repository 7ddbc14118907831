import type { BookingStatus, PassengerType } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';

/** The most parties that wait for one cabin of a flight: a line that is longer is no hope, and each offer looks at all. */
export const maximumLine = 200;

/** The most lines that one user stands in at the same time. */
export const maximumLinesPerUser = 20;

/** What the line knows of a party; what became of an offer is the state of its booking. */
type WaitlistStatus = 'waiting' | 'offered' | 'withdrawn' | 'closed';

/** A party that waits, or has waited, for seats of one cabin of a flight. Instants are Unix milliseconds. */
export type WaitlistEntry = {
  readonly id: string;
  readonly userId: string;
  readonly flightId: string;
  readonly cabin: Cabin;
  /** Counts up within a flight and cabin, in the order of joining: who has the lower one comes first. */
  readonly position: number;
  /** How many of the party take a seat. */
  readonly seats: number;
  readonly passengers: readonly WaitingPassenger[];
  readonly contact: { readonly email: string; readonly phone: string | null };
  readonly status: WaitlistStatus;
  /** Of the booking that was made for it; null while there was no offer. */
  readonly bookingId: string | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

export type WaitingPassenger = {
  readonly type: PassengerType;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string | null;
};

/** What has become of the booking that was made for an entry, as far as the entry cares. */
type OfferedBooking = { readonly status: BookingStatus; readonly holdExpiresAtMs: number | null };

/** An entry with the booking that was made for it, if one was. */
export type EntryStanding = { readonly entry: WaitlistEntry; readonly booking: OfferedBooking | null };

/** The one word for where a party stands. */
export function standingOf({ entry, booking }: EntryStanding): 'waiting' | 'offered' | 'booked' | 'closed' {
  if (entry.status === 'waiting') return 'waiting';
  if (entry.status !== 'offered') return 'closed';
  switch (booking?.status) {
    case 'pending':
      return 'offered';
    case 'confirmed':
      return 'booked';
    case 'cancelled':
    case 'expired':
    case undefined:
      return 'closed';
  }
}
