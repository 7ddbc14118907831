import type { BookedFlight, BookingCopy } from './booking.ts';
import { journeysOf } from './journeys.ts';
import type { DepartureKind, ReminderKey } from './reminder.ts';

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
};

/**
 * What is to be mailed for a booking: nothing unless it is confirmed; then the confirmation now, and the departure
 * reminders for the first flight of each journey. All in UTC instants: 24 hours before a departure are 24 hours also
 * when the clocks change in between.
 */
export function planReminders(
  booking: Pick<BookingCopy, 'status' | 'flights'>,
  nowMs: number,
  offsets: readonly ReminderOffset[],
): PlannedReminder[] {
  if (booking.status !== 'confirmed' || booking.flights.length === 0) return [];
  const firstFlights = journeysOf(booking.flights).map(([first]) => first);
  return [
    {
      kind: 'booking_confirmed',
      flightId: null,
      departsAtMs: 0,
      dueAtMs: nowMs,
      sendUntilMs: Math.max(...booking.flights.map(({ departsAtMs }) => departsAtMs)),
      bookedAfterDue: false,
    },
    ...firstFlights.flatMap((flight) => offsets.map((offset) => planDeparture(flight, offset))),
  ];
}

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
