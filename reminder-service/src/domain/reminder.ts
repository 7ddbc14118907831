import type { BookedFlight, BookingCopy } from './booking.ts';

export type DepartureKind = 'departure_24h' | 'departure_2h';

/** Mails that the state of a booking asks for, once. */
export type StateMailKind = 'booking_held' | 'waitlist_offer' | 'booking_confirmed' | 'booking_cancelled';

/** Mails that tell of something that happened to a booking, once each time. */
export type OccasionalKind = 'booking_changed' | 'schedule_changed' | 'payment_failed';

export type BookingMailKind = StateMailKind | DepartureKind | OccasionalKind;

/** Mails about accounts. What they carry is secret, so it is asked for only when they are sent. */
export type AccountMailKind = 'welcome' | 'email_verification' | 'password_reset';

export type ReminderKind = BookingMailKind | AccountMailKind;

export type ReminderStatus = 'scheduled' | 'sending' | 'sent' | 'skipped' | 'cancelled' | 'failed';

/** Why a reminder stands as it does; each word is explained to clients in the contracts. */
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
  /** Nobody waits for it any more: it was asked for too long ago, or is done. */
  | 'request_withdrawn'
  | 'account_deleted'
  /** A hold that was paid for in the meantime needs nothing any more. */
  | 'paid_meanwhile'
  /** A later mail says it, or what happened was undone before anybody was told. */
  | 'superseded'
  /** The flight was moved to this departure, or another one took its place. */
  | 'moved_with_flight'
  /** It went out more than a minute after it was due. */
  | 'sent_late'
  /** The mail server, or what a mail needs, could not be had; it will be tried again. */
  | 'put_off'
  /** Its address has got as many mails in this hour as it may. */
  | 'recipient_limit'
  /** Somebody asked to try it again. */
  | 'retry_requested'
  /** The user, or whoever has the address, does not want mails of this kind. */
  | 'switched_off'
  | 'address_invalid'
  /** A mail server has refused the address for good. */
  | 'address_refused'
  | 'mail_refused'
  | 'mail_not_composed'
  | 'too_many_attempts';

/** One mail that was, will be or will not be sent. */
export type Mail = Reminder | AccountMail;

/** One that is about a booking. */
export type Reminder = MailStanding & {
  readonly kind: BookingMailKind;
  readonly bookingId: string;
  readonly bookingReference: string;
  /** Null for what concerns the booking as a whole; then `departsAtMs` is 0. */
  readonly flightId: string | null;
  readonly departsAtMs: number;
  /** What an occasional mail is about: a version of the booking like `v7`, or the id of a payment. */
  readonly occasion?: string;
  /** What it tells beside the booking as it is now. */
  readonly details?: MailDetails | undefined;
};

export type MailDetails = {
  /** Of a changed booking or schedule: the flights as they were when the traveller last heard of them. */
  readonly before?: readonly BookedFlight[];
  /** Of a payment that failed. */
  readonly payment?: {
    readonly amountMinor: number;
    /** As the provider calls it: `card_declined`. */
    readonly failureCode: string;
    /** Of the booking, when it failed. */
    readonly bookingWas: BookingCopy['status'];
  };
};

/** One that is about an account. */
export type AccountMail = MailStanding & {
  readonly kind: AccountMailKind;
  /** What auth-service knows it by: the id of a password reset or of a verification. */
  readonly requestId: string;
  readonly userId: string;
};

type MailStanding = {
  readonly id: string;
  /** Empty while it is not known: of a mail about an account before it was tried, or of a deleted one. */
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

const accountMailKinds: ReadonlySet<ReminderKind> = new Set<AccountMailKind>([
  'welcome',
  'email_verification',
  'password_reset',
]);

export const isAccountMailKind = (kind: ReminderKind): kind is AccountMailKind => accountMailKinds.has(kind);

/** What makes a reminder one and the same: a kind, and a departure where there is one. One booking has it at most once. */
export type ReminderKey = Pick<Reminder, 'kind' | 'flightId' | 'departsAtMs' | 'occasion'>;

export function sameReminder(one: ReminderKey, other: ReminderKey): boolean {
  return (
    one.kind === other.kind &&
    one.flightId === other.flightId &&
    one.departsAtMs === other.departsAtMs &&
    one.occasion === other.occasion
  );
}

const occasionalKinds: ReadonlySet<ReminderKind> = new Set<OccasionalKind>([
  'booking_changed',
  'schedule_changed',
  'payment_failed',
]);

export const isOccasionalKind = (kind: ReminderKind): kind is OccasionalKind => occasionalKinds.has(kind);

/** A flight that moves by less than this needs no second reminder of the same kind. */
const tellingMoveMs = 60 * 60_000;

/**
 * Whether a reminder would only repeat what was sent for a departure less than an hour away. Compared with the last one
 * sent, which is what the traveller has in mind.
 * @param sent reminders of the same booking that were sent.
 */
export function repeatsWhatWasSent(key: ReminderKey, sent: readonly Reminder[]): boolean {
  // What is about no departure is told apart by its key alone.
  if (key.flightId === null) return false;
  const last = sent
    .filter(({ kind, flightId }) => kind === key.kind && flightId === key.flightId)
    .toSorted((one, other) => (other.sentAtMs ?? 0) - (one.sentAtMs ?? 0))[0];
  return last !== undefined && Math.abs(last.departsAtMs - key.departsAtMs) < tellingMoveMs;
}

/** More than this is late: a tick that was missed, or a server that was slow, is not worth telling of. */
const tellingDelayMs = 60_000;

/** What there is to say of a mail that went out. */
export function reasonOfSent(mail: Pick<MailStanding, 'dueAtMs' | 'reason'>, sentAtMs: number): ReminderReason | null {
  if (sentAtMs - mail.dueAtMs > tellingDelayMs) return 'sent_late';
  return mail.reason === 'moved_with_flight' ? mail.reason : null;
}

/** Why a reminder that was planned for an earlier state of the booking is not wanted in the present one. */
export function reasonToDrop(
  reminder: ReminderKey,
  booking: Pick<BookingCopy, 'status' | 'flights' | 'isOffer'>,
): ReminderReason {
  switch (booking.status) {
    case 'cancelled':
      return 'booking_cancelled';
    case 'expired':
      return 'booking_expired';
    case 'pending':
      return reminder.kind === 'booking_held' && booking.isOffer ? 'superseded' : 'booking_not_confirmed';
    case 'confirmed': {
      if (reminder.kind === 'booking_held' || reminder.kind === 'waitlist_offer') return 'paid_meanwhile';
      if (isOccasionalKind(reminder.kind)) return reminder.kind === 'payment_failed' ? 'paid_meanwhile' : 'superseded';
      const flight = booking.flights.find(({ flightId }) => flightId === reminder.flightId);
      if (!flight) return 'flight_dropped';
      return flight.departsAtMs === reminder.departsAtMs ? 'not_first_flight' : 'flight_moved';
    }
  }
}
