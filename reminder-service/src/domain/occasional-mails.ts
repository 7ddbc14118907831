import type { BookedFlight, BookingCopy } from './booking.ts';
import type { PlannedReminder } from './plan-reminders.ts';
import {
  isOccasionalKind,
  type MailDetails,
  type OccasionalKind,
  type Reminder,
  type ReminderKey,
} from './reminder.ts';

/** A mail about something that happened, and those it makes superfluous. */
export type PlannedOccasion = {
  readonly planned: readonly (PlannedReminder & { readonly kind: OccasionalKind })[];
  /** Ids of mails that were not sent yet. */
  readonly superseded: readonly string[];
};

/**
 * What to tell of a change of a confirmed booking: that it has other flights, or that its flights have other times. What
 * nobody was told of yet is taken together with what is new, so that a flight which moves twice in a minute makes one
 * mail, and one that moves back makes none.
 * @param known the booking before.
 * @param stored all mails of the booking.
 */
export function planChangeMails(
  known: BookingCopy,
  booking: BookingCopy,
  stored: readonly Reminder[],
  nowMs: number,
): PlannedOccasion {
  if (known.status !== 'confirmed' || booking.status !== 'confirmed') return none;
  if (!whatDiffers(known.flights, booking.flights)) return none;
  const waiting = stored
    .filter(({ kind, status }) => isChangeKind(kind) && status === 'scheduled')
    .toSorted((one, other) => one.dueAtMs - other.dueAtMs);
  const before = waiting[0]?.details?.before ?? known.flights;
  const superseded = waiting.map(({ id }) => id);
  const kind = whatDiffers(before, booking.flights);
  if (!kind) return { planned: [], superseded };
  const occasion = {
    kind,
    flightId: null,
    departsAtMs: 0,
    occasion: `v${booking.version}`,
    dueAtMs: nowMs,
    sendUntilMs: Math.max(...booking.flights.map(({ departsAtMs }) => departsAtMs)),
    bookedAfterDue: false,
    details: { before },
  };
  return { planned: [occasion], superseded };
}

/** That a payment failed is no news after so long. */
const oldFailureMs = 24 * 3_600_000;

/** What to tell of a payment that failed, for a booking that the traveller knows of. */
export function planPaymentFailed(
  booking: Pick<BookingCopy, 'status'>,
  payment: { readonly id: string; readonly amountMinor: number; readonly failureCode: string },
  nowMs: number,
): PlannedReminder {
  const { id, amountMinor, failureCode } = payment;
  return {
    kind: 'payment_failed',
    flightId: null,
    departsAtMs: 0,
    occasion: id,
    dueAtMs: nowMs,
    sendUntilMs: nowMs + oldFailureMs,
    bookedAfterDue: false,
    details: { payment: { amountMinor, failureCode, bookingWas: booking.status } },
  };
}

/** Whether what happened is still worth telling in the present state of the booking. */
export function occasionStands(
  { kind, details }: Pick<ReminderKey, 'kind'> & { readonly details?: MailDetails | undefined },
  { status }: Pick<BookingCopy, 'status'>,
): boolean {
  if (kind !== 'payment_failed') return status === 'confirmed';
  // One that is confirmed now, and was not then, has been paid for in another way.
  return status === 'pending' || status === 'expired' || status === details?.payment?.bookingWas;
}

const isChangeKind = (kind: Reminder['kind']) => isOccasionalKind(kind) && kind !== 'payment_failed';

const none: PlannedOccasion = { planned: [], superseded: [] };

/** Other flights are a change of the booking, other times of the same flights one of the schedule. */
function whatDiffers(
  before: readonly BookedFlight[],
  after: readonly BookedFlight[],
): 'booking_changed' | 'schedule_changed' | undefined {
  const flightsBefore = new Map(before.map((flight) => [flight.flightId, flight]));
  const hasOthers = before.length !== after.length || after.some(({ flightId }) => !flightsBefore.has(flightId));
  if (hasOthers) return 'booking_changed';
  const hasMoved = after.some((flight) => {
    const was = flightsBefore.get(flight.flightId);
    return was?.departsAtMs !== flight.departsAtMs || was.arrivesAtMs !== flight.arrivesAtMs;
  });
  return hasMoved ? 'schedule_changed' : undefined;
}
