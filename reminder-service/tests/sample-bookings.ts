import type { BookedFlight, BookingCopy } from '../src/domain/booking.ts';
import type { PlannedReminder } from '../src/domain/plan-reminders.ts';
import { reminderOffsets } from '../src/domain/plan-reminders.ts';
import type { Reminder } from '../src/domain/reminder.ts';

export const hourMs = 3_600_000;

/** The default of `REMINDER_OFFSETS`. */
export const usualOffsets = reminderOffsets(24 * hourMs, 2 * hourMs);

export const at = (instant: string): number => Date.parse(instant);

/** Booked long before it leaves. */
export const longAgoMs = at('2026-01-01T00:00:00Z');

/** JFK to LHR on Christmas Day, unless told otherwise; six hours long. */
export function buildFlight(overrides: Partial<BookedFlight> = {}): BookedFlight {
  const departsAtMs = overrides.departsAtMs ?? at('2026-12-25T23:00:00Z');
  return {
    flightId: 'flt_out',
    flightNumber: 'BA178',
    origin: 'JFK',
    destination: 'LHR',
    departsAtMs,
    arrivesAtMs: departsAtMs + 6 * hourMs,
    cabin: 'economy',
    bookedAtMs: longAgoMs,
    ...overrides,
  };
}

/** A confirmed booking of one flight, unless told otherwise. */
export function buildCopy(overrides: Partial<BookingCopy> = {}): BookingCopy {
  return {
    id: 'bkg_1',
    reference: 'K7QX2M',
    userId: 'usr_1',
    status: 'confirmed',
    version: 1,
    email: 'ada@example.com',
    flights: [buildFlight()],
    passengers: [{ type: 'adult', firstName: 'Ada', lastName: 'Lovelace', seats: {} }],
    places: [
      { code: 'JFK', name: 'John F. Kennedy International Airport', city: 'New York', timeZone: 'America/New_York' },
      { code: 'LHR', name: 'London Heathrow Airport', city: 'London', timeZone: 'Europe/London' },
      { code: 'CDG', name: 'Paris Charles de Gaulle Airport', city: 'Paris', timeZone: 'Europe/Paris' },
    ],
    totalMinor: 29_900,
    currency: 'USD',
    updatedAtMs: longAgoMs,
    ...overrides,
  };
}

/** A stored reminder as planned, with the standing given. */
export function buildReminder(plan: PlannedReminder, overrides: Partial<Reminder> = {}): Reminder {
  return {
    id: `rem_${plan.kind}_${plan.departsAtMs}`,
    bookingId: 'bkg_1',
    bookingReference: 'K7QX2M',
    kind: plan.kind,
    flightId: plan.flightId,
    departsAtMs: plan.departsAtMs,
    to: 'ada@example.com',
    dueAtMs: plan.dueAtMs,
    sendUntilMs: plan.sendUntilMs,
    status: 'scheduled',
    reason: null,
    attempts: 0,
    sentAtMs: null,
    lastError: null,
    ...overrides,
  };
}
