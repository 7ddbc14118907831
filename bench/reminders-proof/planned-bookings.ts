import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Random } from '../sales-proof/random.ts';

/** The kinds of departure reminders with the settings the service starts with: due, and too late, so long before departure. */
export const departureKinds = {
  departure_24h: { dueMs: 24 * 3_600_000, untilMs: 20 * 3_600_000 },
  departure_2h: { dueMs: 2 * 3_600_000, untilMs: 0 },
} as const;

/** What happens to a booking, in the words of the report, and how many of a hundred it happens to. */
const stories = {
  'leave in a day': 27,
  'leave in two hours': 27,
  'are cancelled before their mail is due': 6,
  'are cancelled as their mail is due': 6,
  'are delayed a little': 6,
  'are delayed by hours': 6,
  'are delayed by hours, and are not after all': 7,
  'leave an hour earlier, which shows after their mail': 4,
  'leave minutes earlier, which shows after their mail': 3,
  'leave within the run': 3,
  'are heard of when they have left': 1,
  'have an address that is refused for good': 2,
  'have a mailbox that is full until they have left': 1,
  'have a mailbox that is full for a while': 1,
} as const;
export type Story = keyof typeof stories;

/** A state of a booking; its version is its place in the list, from 1. */
export type BookingState = {
  readonly status: 'confirmed' | 'cancelled';
  readonly departsAtMs: number;
  /** When it is to come about. */
  readonly atMs: number;
  /** Nobody is told of it before then, if that is set. */
  readonly silentUntilMs?: number;
  /** When it came about: from then on this is what the keeper of the bookings answers. */
  happenedAtMs?: number;
  /** When the broker first took an event that tells of it. */
  toldAtMs?: number;
};

/** A booking of one flight, and all that will happen to it. */
export type PlannedBooking = {
  readonly id: string;
  readonly flightId: string;
  readonly email: string;
  readonly story: Story;
  readonly states: readonly BookingState[];
  /** Whether the mail server refuses its mails, for a while or for good. */
  readonly mailbox: 'open' | 'full for a while' | 'never open in time';
};

/** When a run begins, in Unix milliseconds, and how long things go on happening in it. */
export type RunTimes = { readonly startMs: number; readonly lengthMs: number };

/** Bookings are first heard of in this share of the run, so that there is time left for what happens to them. */
const shareOfBooking = 0.6;

const minuteMs = 60_000;

/** Not longer: tries are further and further apart, and the end of the run would have to wait for the last one. */
const fullMs = 10_000;

/** Plans a booking: it is heard of, and its mail is due, somewhere within the run. */
export function planBooking({ startMs, lengthMs }: RunTimes, random: Random): PlannedBooking {
  const story = random.weighted(stories);
  const id = newId('bkg');
  const firstAtMs = Math.round(startMs + random.fraction() * shareOfBooking * lengthMs);
  const endMs = startMs + lengthMs;
  const between = (fromMs: number, toMs: number) => Math.round(fromMs + random.fraction() * (toMs - fromMs));
  const dueAtMs = between(firstAtMs + (endMs - firstAtMs) / 5, endMs);
  const offset = random.pick(Object.values(departureKinds));
  const departsAtMs = dueAtMs + offset.dueMs;
  const confirmed = (atMs: number, departure = departsAtMs) =>
    ({ status: 'confirmed', departsAtMs: wholeSecond(departure), atMs }) as const;
  const first = confirmed(firstAtMs);
  const build = (states: BookingState[], prefix = '', mailbox: PlannedBooking['mailbox'] = 'open'): PlannedBooking => ({
    id,
    flightId: newId('flt'),
    email: `${prefix}${id.toLowerCase()}@passengers.example`,
    story,
    states,
    mailbox,
  });

  switch (story) {
    case 'leave in a day':
    case 'leave in two hours': {
      const { dueMs } = departureKinds[story === 'leave in a day' ? 'departure_24h' : 'departure_2h'];
      return build([confirmed(firstAtMs, dueAtMs + dueMs)]);
    }
    case 'are cancelled before their mail is due':
      return build([first, { ...first, status: 'cancelled', atMs: between(firstAtMs, dueAtMs) }]);
    case 'are cancelled as their mail is due':
      return build([first, { ...first, status: 'cancelled', atMs: between(dueAtMs - 1_000, dueAtMs + 2_000) }]);
    case 'are delayed a little': {
      const later = between(0, endMs - dueAtMs);
      return build([first, confirmed(between(firstAtMs, dueAtMs), departsAtMs + later)]);
    }
    case 'are delayed by hours':
      return build([first, confirmed(between(firstAtMs, dueAtMs), departsAtMs + 90 * minuteMs)]);
    case 'are delayed by hours, and are not after all': {
      const delayedAtMs = between(firstAtMs, dueAtMs);
      // Most of them so soon that the two pieces of news overtake each other.
      const backAtMs = random.chance(0.7) ? delayedAtMs + between(200, 3_000) : between(delayedAtMs, dueAtMs);
      return build([first, confirmed(delayedAtMs, departsAtMs + 90 * minuteMs), confirmed(backAtMs)]);
    }
    case 'leave an hour earlier, which shows after their mail':
    case 'leave minutes earlier, which shows after their mail': {
      const earlier = (story === 'leave an hour earlier, which shows after their mail' ? 70 : 10) * minuteMs;
      const leaves = dueAtMs + departureKinds.departure_24h.dueMs;
      return build([confirmed(firstAtMs, leaves), confirmed(between(dueAtMs, endMs), leaves - earlier)]);
    }
    case 'leave within the run':
      return build([confirmed(firstAtMs, dueAtMs)]);
    case 'are heard of when they have left':
      return build([{ ...confirmed(firstAtMs, dueAtMs), silentUntilMs: dueAtMs + 1_500 }]);
    case 'have an address that is refused for good':
      return build([first], 'never.', 'never open in time');
    case 'have a mailbox that is full until they have left':
      return build([confirmed(firstAtMs, firstAtMs + fullMs)], `until-${firstAtMs + fullMs}.`, 'never open in time');
    case 'have a mailbox that is full for a while':
      return build([first], `until-${firstAtMs + fullMs}.`, 'full for a while');
  }
}

/** Instants of the public API are whole seconds. */
const wholeSecond = (ms: number) => Math.ceil(ms / 1_000) * 1_000;
