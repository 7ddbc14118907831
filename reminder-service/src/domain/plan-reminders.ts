import type { BookedFlight, BookingCopy } from './booking.ts';
import { journeysOf } from './journeys.ts';
import { occasionStands } from './occasional-mails.ts';
import {
  type DepartureKind,
  isOccasionalKind,
  type MailDetails,
  type Reminder,
  type ReminderKey,
  sameReminder,
} from './reminder.ts';

/** How long before departure a kind of reminder is due, and until how long before it may still go out. */
export type ReminderOffset = { readonly kind: DepartureKind; readonly dueMs: number; readonly untilMs: number };

/** The first reminder may be this late; the last one until departure. */
const catchUpMs = 4 * 3_600_000;

/**
 * The departure reminders for one or two offsets before departure in milliseconds, the longer one first. A late first
 * one never meets the second.
 */
export function reminderOffsets(firstMs: number, secondMs?: number): ReminderOffset[] {
  const first = {
    kind: 'departure_24h',
    dueMs: firstMs,
    untilMs: Math.max(secondMs ?? 0, firstMs - catchUpMs),
  } as const;
  return secondMs === undefined ? [first] : [first, { kind: 'departure_2h', dueMs: secondMs, untilMs: 0 }];
}

/** A reminder that the present state of a booking asks for. */
export type PlannedReminder = ReminderKey & {
  readonly dueAtMs: number;
  /** From then on it is too late. */
  readonly sendUntilMs: number;
  /** Whether it was due before the flight was booked, so that it is skipped. */
  readonly bookedAfterDue: boolean;
  readonly details?: MailDetails;
};

/** What of a booking decides which mails it asks for. */
export type PlannedBooking = Pick<
  BookingCopy,
  'status' | 'flights' | 'updatedAtMs' | 'holdExpiresAtMs' | 'isBeingPaid' | 'isOffer'
>;

/**
 * The mails that the state of a booking asks for. Held: until when to pay, or that the waitlist has an offer. Confirmed:
 * the confirmation now, and the departure reminders for the first flight of each journey. Cancelled: that it is. All in
 * UTC instants: 24 hours before a departure are 24 hours also when the clocks change in between.
 */
export function planReminders(
  booking: PlannedBooking,
  nowMs: number,
  offsets: readonly ReminderOffset[],
): PlannedReminder[] {
  if (booking.flights.length === 0) return [];
  switch (booking.status) {
    case 'pending':
      return planHold(booking, nowMs);
    case 'confirmed':
      return planConfirmed(booking, nowMs, offsets);
    case 'cancelled':
      return planCancelled(booking.updatedAtMs + oldNewsMs, nowMs);
    case 'expired':
      return [];
  }
}

/** Whether the present state of a booking (still) asks for a mail. */
export function isWanted(
  reminder: Pick<Reminder, 'kind' | 'flightId' | 'departsAtMs' | 'occasion' | 'details'>,
  booking: PlannedBooking,
  nowMs: number,
  offsets: readonly ReminderOffset[],
): boolean {
  if (isOccasionalKind(reminder.kind)) return occasionStands(reminder, booking);
  return planReminders(booking, nowMs, offsets).some((plan) => sameReminder(plan, reminder));
}

/** Of what is not about one departure. */
const aboutBooking = { flightId: null, departsAtMs: 0, bookedAfterDue: false } as const;

/** That a booking was cancelled is no news after so long. */
const oldNewsMs = 3 * 86_400_000;

function planCancelled(sendUntilMs: number, nowMs: number): PlannedReminder[] {
  if (nowMs >= sendUntilMs) return [];
  return [{ ...aboutBooking, kind: 'booking_cancelled', dueAtMs: nowMs, sendUntilMs }];
}

/** An offer of the waitlist is told of beside the booking it made, a moment later perhaps: that moment is waited for. */
const offerMayFollowMs = 5_000;

function planHold({ holdExpiresAtMs, isBeingPaid, isOffer }: PlannedBooking, nowMs: number): PlannedReminder[] {
  if (holdExpiresAtMs === undefined || holdExpiresAtMs === null) return [];
  const common = { ...aboutBooking, sendUntilMs: holdExpiresAtMs };
  if (isOffer) return [{ ...common, kind: 'waitlist_offer', dueAtMs: nowMs }];
  // Should the payment fail, a mail says so, and until when to pay in another way.
  if (isBeingPaid) return [];
  return [{ ...common, kind: 'booking_held', dueAtMs: nowMs + offerMayFollowMs }];
}

function planConfirmed(booking: PlannedBooking, nowMs: number, offsets: readonly ReminderOffset[]): PlannedReminder[] {
  const firstFlights = journeysOf(booking.flights).map(([first]) => first);
  return [
    { ...aboutBooking, kind: 'booking_confirmed', dueAtMs: nowMs, sendUntilMs: lastDeparture(booking.flights) },
    ...firstFlights.flatMap((flight) => offsets.map((offset) => planDeparture(flight, offset))),
  ];
}

export const lastDeparture = (flights: readonly BookedFlight[]) =>
  Math.max(...flights.map(({ departsAtMs }) => departsAtMs));

function planDeparture(flight: BookedFlight, offset: ReminderOffset): PlannedReminder {
  const { flightId, departsAtMs, bookedAtMs } = flight;
  const dueAtMs = departsAtMs - offset.dueMs;
  return {
    kind: offset.kind,
    flightId,
    departsAtMs,
    dueAtMs,
    sendUntilMs: departsAtMs - offset.untilMs,
    bookedAfterDue: dueAtMs <= bookedAtMs,
  };
}
