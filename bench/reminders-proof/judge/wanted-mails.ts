import { type BookingState, departureKinds, type PlannedBooking } from '../planned-bookings.ts';

/** A time in which a mail was wanted, by what the keeper of the bookings knew. Unix milliseconds. */
export type Wish = {
  /** From then on it was due, and right. */
  readonly fromMs: number;
  /** From then on the service could know. Infinite when nobody told of it. */
  readonly knowableFromMs: number;
  readonly untilMs: number;
  readonly endedBy: 'cancelled' | 'moved' | 'departed';
};

/** One mail that may be wanted, and when it was. */
export type WantedMail = {
  readonly kind: string;
  /** 0 for the confirmation, which is about no departure. */
  readonly departsAtMs: number;
  readonly wishes: readonly Wish[];
};

/**
 * What was to be mailed for a booking until `endMs`: the confirmation as soon as it is heard of, and for each departure it had the
 * reminders, as long as it was confirmed and left at that time. Written down from the rules, not from the service.
 */
export function wantedMails({ states }: PlannedBooking, endMs: number): WantedMail[] {
  const happened = states.filter(({ happenedAtMs }) => happenedAtMs !== undefined);
  const wishesFor = (fits: (state: BookingState) => boolean, dueMs: number, tooLateMs: number) =>
    happened.flatMap((state, place) =>
      fits(state) ? wishOf(happened, place, { dueMs, tooLateMs }).filter(({ fromMs }) => fromMs < endMs) : [],
    );
  const confirmed = (state: BookingState) => state.status === 'confirmed';
  const firstDeparture = happened.find(confirmed)?.departsAtMs ?? 0;
  const departures = [...new Set(happened.map(({ departsAtMs }) => departsAtMs))];
  return [
    { kind: 'booking_confirmed', departsAtMs: 0, wishes: joined(wishesFor(confirmed, 0, firstDeparture)) },
    ...Object.entries(departureKinds).flatMap(([kind, { dueMs, untilMs }]) =>
      departures.map((departsAtMs) => ({
        kind,
        departsAtMs,
        wishes: wishesFor(
          (state) => confirmed(state) && state.departsAtMs === departsAtMs,
          departsAtMs - dueMs,
          departsAtMs - untilMs,
        ),
      })),
    ),
  ];
}

function wishOf(
  states: readonly BookingState[],
  place: number,
  { dueMs, tooLateMs }: { dueMs: number; tooLateMs: number },
): Wish[] {
  const [state, next] = states.slice(place, place + 2);
  const fromMs = Math.max(state?.happenedAtMs ?? 0, dueMs);
  const changedAtMs = next?.happenedAtMs ?? Number.POSITIVE_INFINITY;
  const untilMs = Math.min(changedAtMs, tooLateMs);
  if (fromMs >= untilMs) return [];
  const knowableFromMs = Math.max(fromMs, state?.toldAtMs ?? Number.POSITIVE_INFINITY);
  const changed = next?.status === 'cancelled' ? 'cancelled' : 'moved';
  return [{ fromMs, knowableFromMs, untilMs, endedBy: changedAtMs < tooLateMs ? changed : 'departed' }];
}

/** A confirmation does not become another one when the flight moves. */
function joined(wishes: readonly Wish[]): Wish[] {
  const whole: Wish[] = [];
  for (const wish of wishes) {
    const previous = whole.at(-1);
    if (previous?.untilMs !== wish.fromMs) whole.push(wish);
    else {
      const knowableFromMs = Math.min(previous.knowableFromMs, wish.knowableFromMs);
      whole.splice(-1, 1, { ...wish, fromMs: previous.fromMs, knowableFromMs });
    }
  }
  return whole;
}
