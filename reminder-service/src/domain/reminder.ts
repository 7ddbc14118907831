import type { BookingCopy } from './booking.ts';

export type DepartureKind = 'departure_24h' | 'departure_2h';
export type ReminderKind = 'booking_confirmed' | DepartureKind;

export type ReminderStatus = 'scheduled' | 'sending' | 'sent' | 'skipped' | 'cancelled' | 'failed';

/** Why a reminder was not sent. */
export type ReminderReason =
  /** It was due before the flight was booked. */
  | 'booked_after_due'
  /** Its window had passed before it could be sent. */
  | 'window_missed'
  /** The same was sent already, and the departure has moved by less than an hour since. */
  | 'moved_less_than_an_hour'
  | 'booking_cancelled'
  | 'booking_expired'
  | 'booking_not_confirmed'
  /** The service that keeps the bookings does not know it (any more). */
  | 'booking_unknown'
  /** The flight leaves at another time; that time has a reminder of its own. */
  | 'flight_moved'
  /** The flight is no longer part of the booking. */
  | 'flight_dropped'
  /** The flight has become a connection of a journey that begins with another one. */
  | 'not_first_flight'
  | 'address_invalid'
  | 'mail_refused'
  | 'mail_not_composed'
  | 'too_many_attempts';

/** One mail that was, will be or will not be sent. */
export type Reminder = {
  readonly id: string;
  readonly bookingId: string;
  readonly bookingReference: string;
  readonly kind: ReminderKind;
  /** Null for what concerns the booking as a whole; then `departsAtMs` is 0. */
  readonly flightId: string | null;
  readonly departsAtMs: number;
  readonly to: string;
  readonly dueAtMs: number;
  /** Business time from which on it is too late. */
  readonly sendUntilMs: number;
  readonly status: ReminderStatus;
  readonly reason: ReminderReason | null;
  readonly attempts: number;
  readonly sentAtMs: number | null;
  readonly lastError: string | null;
};

/** What makes a reminder one and the same: a kind, and a departure where there is one. One booking has it at most once. */
export type ReminderKey = Pick<Reminder, 'kind' | 'flightId' | 'departsAtMs'>;

export function sameReminder(one: ReminderKey, other: ReminderKey): boolean {
  return one.kind === other.kind && one.flightId === other.flightId && one.departsAtMs === other.departsAtMs;
}

/** A flight that moves by less than this needs no second reminder of the same kind. */
const tellingMoveMs = 60 * 60_000;

/**
 * Whether a reminder would only repeat what was sent for a departure less than an hour away. Compared with the last one
 * sent, which is what the traveller has in mind.
 * @param sent reminders of the same booking that were sent.
 */
export function repeatsWhatWasSent(key: ReminderKey, sent: readonly Reminder[]): boolean {
  const last = sent
    .filter(({ kind, flightId }) => kind === key.kind && flightId === key.flightId)
    .toSorted((one, other) => (other.sentAtMs ?? 0) - (one.sentAtMs ?? 0))[0];
  return last !== undefined && Math.abs(last.departsAtMs - key.departsAtMs) < tellingMoveMs;
}

/** Why a reminder that was planned for an earlier state of the booking is not wanted in the present one. */
export function reasonToDrop(reminder: ReminderKey, booking: Pick<BookingCopy, 'status' | 'flights'>): ReminderReason {
  switch (booking.status) {
    case 'cancelled':
      return 'booking_cancelled';
    case 'expired':
      return 'booking_expired';
    case 'pending':
      return 'booking_not_confirmed';
    case 'confirmed': {
      const flight = booking.flights.find(({ flightId }) => flightId === reminder.flightId);
      if (!flight) return 'flight_dropped';
      return flight.departsAtMs === reminder.departsAtMs ? 'not_first_flight' : 'flight_moved';
    }
  }
}
