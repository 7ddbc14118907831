import type { BookingState, HistoryAction } from '@jetbridge/contracts/bookings/history.ts';
import { type BookingRecord, terminalsOf } from './booking.ts';

/** On whose behalf something is done to a booking, and in which request. */
export type Origin = {
  readonly who: { readonly account: string } | 'airline' | 'system' | 'waitlist';
  readonly requestId: string | null;
  /** Where the request came from, for the audit log. */
  readonly address?: string | undefined;
};

/** What nobody asked for: the clock, the payment provider, or a process that takes up what another left. */
export const unattended: Origin = { who: 'system', requestId: null };

/** Seats became free, and went to a party that waited; whoever freed them is nobody the party needs to know of. */
export const offeredByWaitlist: Origin = { who: 'waitlist', requestId: null };

/** A booking before and after one request or piece of news; it is `gone` when nothing of it remains. */
export type BookingStep = {
  readonly before: BookingRecord | undefined;
  readonly after: BookingRecord;
  readonly gone: boolean;
  readonly by: Origin;
};

/** One line of a booking's history. */
export type HistoryEntry = {
  readonly bookingId: string;
  /** Of the booking, afterwards. */
  readonly version: number;
  readonly atMs: number;
  readonly actor: { readonly type: 'user' | 'staff' | 'airline' | 'system'; readonly id: string | null };
  readonly action: HistoryAction;
  /** What differs, as it was; null where the booking begins. */
  readonly before: BookingState | null;
  /** What differs, as it is. */
  readonly after: BookingState;
  readonly requestId: string | null;
};

/**
 * What a step adds to the history; nothing where nothing changes that anybody sees. The history of a booking begins when
 * somebody is told of it: a booking that is being paid for in the request that makes it may come to nothing.
 */
export function historyOf({ before: earlier, after, gone, by }: BookingStep): HistoryEntry | undefined {
  if (gone || !isKnown(after)) return undefined;
  const before = earlier && isKnown(earlier) ? earlier : undefined;
  const action = before ? actionOf(before, after) : firstActionOf(after, by);
  if (!action) return undefined;
  const [was, is] = differences(before, after);
  return {
    bookingId: after.id,
    version: after.version,
    atMs: after.updatedAtMs,
    actor: actorOf(after, before ? by : placedBy(after, by)),
    action,
    before: was,
    after: is,
    requestId: by.requestId,
  };
}

const isKnown = ({ announced, status }: BookingRecord) => announced || status !== 'pending';

/** Whoever brings the news that a booking is paid, it was placed by its owner; unless its owner only waited for it. */
function placedBy({ userId, status }: BookingRecord, by: Origin): Origin {
  return status === 'expired' || by.who === 'waitlist' ? by : { ...by, who: { account: userId } };
}

function actorOf({ userId }: BookingRecord, { who }: Origin): HistoryEntry['actor'] {
  if (typeof who === 'string') return { type: who === 'waitlist' ? 'system' : who, id: null };
  return { type: who.account === userId ? 'user' : 'staff', id: who.account };
}

function firstActionOf({ status }: BookingRecord, { who }: Origin): HistoryAction {
  if (who === 'waitlist') return 'offered';
  if (status === 'pending') return 'held';
  return status === 'confirmed' ? 'placed' : status;
}

/** The one word for what happened: what matters most to the traveller. */
function actionOf(before: BookingRecord, after: BookingRecord): HistoryAction | undefined {
  if (before.status !== after.status && after.status !== 'pending') return after.status;
  if (flightsOf(before) !== flightsOf(after)) return 'rebooked';
  return paymentAction(before, after) ?? refundAction(before, after) ?? detailAction(before, after);
}

function paymentAction(before: BookingRecord, after: BookingRecord): HistoryAction | undefined {
  const earlier = new Map(before.payments.map(({ id, status }) => [id, status]));
  const changed = after.payments.find(({ id, status }) => earlier.get(id) !== status);
  switch (changed?.status) {
    case undefined:
      return undefined;
    case 'processing':
      return 'payment_started';
    case 'succeeded':
      return 'payment_succeeded';
    case 'failed':
      return 'payment_failed';
    case 'refunded':
      return 'refunded';
  }
}

function refundAction(before: BookingRecord, after: BookingRecord): HistoryAction | undefined {
  const earlier = new Map(before.refunds.map(({ id, status }) => [id, status]));
  const changed = after.refunds.find(({ id, status }) => earlier.get(id) !== status);
  switch (changed?.status) {
    case undefined:
      return undefined;
    case 'processing':
      return 'refund_started';
    case 'succeeded':
      return 'refunded';
    case 'failed':
      return 'refund_failed';
  }
}

function detailAction(before: BookingRecord, after: BookingRecord): HistoryAction | undefined {
  const [was, is] = differences(before, after);
  if (is.segments) return 'flight_changed';
  return was?.seats || is.seats ? 'seats_changed' : undefined;
}

const flightsOf = ({ segments }: BookingRecord) => segments.map(({ flightId, cabin }) => `${flightId} ${cabin}`).join();

/** Of two states the parts that differ; of a first state all that says something. */
function differences(before: BookingRecord | undefined, after: BookingRecord): [BookingState | null, BookingState] {
  const is = stateOf(after);
  if (!before) return [null, is];
  const was = stateOf(before);
  const differing = new Set([...keysOf(was), ...keysOf(is)].filter((key) => !isEqual(was[key], is[key])));
  return [only(was, differing), only(is, differing)];
}

function only(state: BookingState, keys: ReadonlySet<keyof BookingState>): BookingState {
  return Object.fromEntries(Object.entries(state).filter(([key]) => isKeyOfState(key) && keys.has(key)));
}

const keysOf = (state: BookingState) => Object.keys(state).filter(isKeyOfState);

const stateKeys = [
  'status',
  'total',
  'segments',
  'seats',
  'payments',
  'refunds',
] as const satisfies (keyof BookingState)[];

const isKeyOfState = (key: string): key is keyof BookingState => stateKeys.some((known) => known === key);

const isEqual = (one: unknown, other: unknown) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** What of a booking may change, as the API shows it; neither names nor ways to reach somebody. */
function stateOf({
  status,
  totalMinor,
  currency,
  segments,
  passengers,
  payments,
  refunds,
}: BookingRecord): BookingState {
  const money = (amount: number) => ({ amount, currency });
  const seated = passengers.filter(({ seats }) => Object.keys(seats).length > 0);
  return {
    status,
    total: money(totalMinor),
    segments: segments.map(({ flightId, cabin, details }) => ({
      flightId,
      cabin,
      departureTime: details.departureTime,
      arrivalTime: details.arrivalTime,
      ...terminalsOf(details),
    })),
    ...(seated.length > 0 ? { seats: Object.fromEntries(seated.map(({ id, seats }) => [id, seats])) } : {}),
    ...(payments.length > 0
      ? { payments: payments.map((one) => ({ id: one.id, status: one.status, amount: money(one.amountMinor) })) }
      : {}),
    ...(refunds.length > 0
      ? {
          refunds: refunds.map((one) => ({
            id: one.id,
            status: one.status,
            amount: money(one.amountMinor),
            rule: one.rule,
          })),
        }
      : {}),
  };
}
