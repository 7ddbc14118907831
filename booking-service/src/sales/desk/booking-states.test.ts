import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BookingRecord, countsAsHeld, partySeatsOf, type SegmentRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { writtenAnswers } from '../../http/written-answers.ts';
import { holdsBooking, type PaymentRecord, refundedMinor } from '../../payments/domain/payment.ts';
import type { LockedFlight } from '../db/inventory.ts';
import type { LockedCabin } from '../db/inventory-rows.ts';
import { keptMinor } from '../domain/quote-of-paid.ts';
import { planOf } from '../domain/seats/seat-plan.ts';
import { SeatSet } from '../domain/seats/seat-set.ts';
import { acknowledging } from '../operations/acknowledge.ts';
import { cancelling } from '../operations/cancel.ts';
import { changing } from '../operations/change.ts';
import { choosingSeats } from '../operations/choose-seats.ts';
import { expiring } from '../operations/expire.ts';
import { openingPayment } from '../operations/open-payment.ts';
import { placing } from '../operations/place.ts';
import { type Settlement, settlingCharge } from '../operations/settle-charge.ts';
import { settlingRefund } from '../operations/settle-refund.ts';
import type { DeskRequest } from './desk-request.ts';
import { DeskState, LocksOutdated } from './desk-state.ts';

const capacity = 7;
const maximumHeldSeats = 4;
const holdMs = 60_000;
const layout: CabinLayout = { cabin: 'economy', rows: { first: 1, last: 3 }, letters: 'AB C', seats: 9 };
const plan = planOf(layout);
const users = ['usr_1', 'usr_2'] as const;
const prices = { flt_1: 10_000, flt_2: 14_000, flt_3: 7_000 } as const;
type FlightId = keyof typeof prices;
const flightIds = ['flt_1', 'flt_2', 'flt_3'] as const satisfies FlightId[];
const answers = writtenAnswers;

/** What a booking may become, from what it is; `gone`: nothing remains of it. */
const transitions: Readonly<Record<string, readonly string[]>> = {
  nothing: ['pending', 'confirmed'],
  pending: ['pending', 'confirmed', 'cancelled', 'expired', 'gone'],
  confirmed: ['confirmed', 'cancelled'],
  cancelled: ['cancelled'],
  expired: ['expired'],
};

type Action =
  | { do: 'place'; user: number; party: number; how: 'hold' | 'pay'; seat: number | null; flights: readonly FlightId[] }
  | { do: 'change'; which: number; flights: readonly FlightId[]; pays: boolean; sees: 'now' | 'before' }
  | { do: 'pay' | 'cancel' | 'cancelForAirline' | 'acknowledge' | 'expire' | 'refund'; which: number }
  | { do: 'settle'; which: number; outcome: 'succeeded' | 'failed' | 'processing' | 'given_up' }
  | { do: 'choose'; which: number; passenger: number; seat: number }
  | { do: 'closeFlight'; flightId: FlightId }
  | { do: 'wait'; ms: number };

const which = fc.nat({ max: 30 });
const someFlights = fc.uniqueArray(fc.constantFrom(...flightIds), { minLength: 1, maxLength: 2 });
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      user: fc.nat({ max: 1 }),
      party: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('hold' as const, 'pay' as const),
      seat: fc.option(fc.nat({ max: 8 })),
      flights: someFlights,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      which,
      flights: someFlights,
      pays: fc.boolean(),
      sees: fc.constantFrom('now' as const, 'now' as const, 'before' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('closeFlight' as const), flightId: fc.constantFrom(...flightIds) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['pay', 'cancel', 'cancelForAirline', 'acknowledge', 'expire', 'refund'] as const)),
      which,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which,
      outcome: fc.constantFrom(...(['succeeded', 'succeeded', 'failed', 'processing', 'given_up'] as const)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('choose' as const),
      which,
      passenger: fc.nat({ max: 3 }),
      seat: fc.nat({ max: 8 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 90_000 }) }),
  },
);

test('whatever is asked in whatever order: seats, money, counts and states stay right', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyAction, { minLength: 5, maxLength: 60, size: 'max' }), (actions) => {
      const world = createWorld();
      for (const action of actions) {
        world.act(action);
        world.check();
      }
      for (const state of world.reached) reached.add(state);
    }),
    { numRuns: 1_000 },
  );
  // The walks came everywhere: a model that never sells would pass any check.
  expect([...reached].toSorted()).toEqual([
    'already_paid',
    'booking_cancelled',
    'booking_expired',
    'cancelled',
    'change given back',
    'changed',
    'changed and charged',
    'changed and refunded',
    'confirmed',
    'expired',
    'flight_not_bookable',
    'gone',
    'hold_expired',
    'hold_limit',
    'money back',
    'payment_in_progress',
    'payment_required',
    'pending',
    'seat_not_for_passenger',
    'seat_taken',
    'sold_out',
    'to be asked anew',
  ]);
});

/** A flight, its bookings and the counts of its users in memory, changed by the real operations of the desk. */
function createWorld() {
  let nowMs = Date.parse('2026-06-01T12:00:00Z');
  let made = 0;
  let flights = new Map<string, LockedFlight>(flightIds.map((id) => [id, newFlight(id)]));
  const bookings = new Map<string, BookingRecord>();
  /** Each booking as it was before its flights were last changed: what somebody may have seen who asks only now. */
  const seenBefore = new Map<string, BookingRecord>();
  const heldSeats = new Map<string, number>();
  const reached = new Set<string>();

  function ask<Outcome>({ needs, decide }: Pick<DeskRequest<Outcome>, 'needs' | 'decide'>): Outcome | undefined {
    const draft = new Map(Array.from(flights, ([id, flight]) => [id, copyOf(flight)]));
    const state = new DeskState({
      // Those that were not asked for are not locked.
      flights: new Map([...draft].filter(([id]) => needs.flights.some((one) => idOf(one) === id))),
      bookings: (needs.bookings ?? []).flatMap(({ id }) => bookings.get(id) ?? []),
      heldSeats,
      lockedHolders: new Set(needs.holder?.changes ? [needs.holder.userId] : []),
      keys: [],
    });
    const before = textOf(draft);
    try {
      const outcome = state.attempt(() => decide(state));
      commit(state, draft);
      return outcome;
    } catch (error) {
      if (!(error instanceof BookingError || error instanceof LocksOutdated)) throw error;
      // A refusal leaves nothing behind.
      expect([textOf(draft), state.changes.size, state.holds.size, state.events.length]).toEqual([before, 0, 0, 0]);
      reached.add(error instanceof BookingError ? error.code : 'to be asked anew');
      return undefined;
    }
  }

  function commit(state: DeskState, draft: ReadonlyMap<string, LockedFlight>): void {
    flights = new Map(draft);
    for (const [userId, seats] of state.holds) heldSeats.set(userId, seats);
    for (const [id, { after, gone }] of state.changes) {
      const was = bookings.get(id);
      expect(transitions[was?.status ?? 'nothing']).toContain(gone ? 'gone' : after.status);
      if (was && !gone) expect(after.version).toBeGreaterThanOrEqual(was.version);
      reached.add(gone ? 'gone' : after.status);
      if (was) noteChange(was, after);
      if (gone) bookings.delete(id);
      else bookings.set(id, after);
    }
  }

  function noteChange(was: BookingRecord, is: BookingRecord): void {
    const given = (one: BookingRecord, rule: string) => one.refunds.filter((refund) => refund.rule === rule).length;
    if (given(is, 'change_not_made') > given(was, 'change_not_made')) reached.add('change given back');
    if (was.segments === is.segments) return;
    seenBefore.set(was.id, was);
    reached.add('changed');
    if (was.openChange) reached.add('changed and charged');
    if (given(is, 'fare_difference') > given(was, 'fare_difference')) reached.add('changed and refunded');
  }

  function pick(which: number, filter: (booking: BookingRecord) => boolean = () => true): BookingRecord | undefined {
    const candidates = [...bookings.values()].filter(filter);
    return candidates[which % Math.max(1, candidates.length)];
  }

  /** Mostly one of those; without it, hardly a walk would meet a booking at the moment that matters. */
  const pickEither = (which: number, filter: (booking: BookingRecord) => boolean) =>
    (which % 4 === 0 ? undefined : pick(which, filter)) ?? pick(which);

  const openPayment = (booking: BookingRecord | undefined) =>
    booking?.payments.find(({ status }) => status === 'processing') ?? booking?.payments.at(-1);

  function act(action: Action): void {
    switch (action.do) {
      case 'wait':
        nowMs += action.ms;
        return;
      case 'place':
        place(action);
        return;
      case 'choose': {
        const booking = pick(action.which);
        const seat = plan.seats[action.seat]?.id ?? '';
        const choices = [{ flightId: booking?.segments[0]?.flightId ?? '', passenger: action.passenger, seat }];
        if (booking) ask(choosingSeats(booking, { choices, nowMs, requestId: 'req' }));
        return;
      }
      case 'change': {
        const booking = pickEither(action.which, ({ status }) => status === 'confirmed');
        const seen = action.sees === 'before' ? seenBefore.get(booking?.id ?? '') : undefined;
        if (booking) change(seen ?? booking, action);
        return;
      }
      case 'closeFlight': {
        const flight = flights.get(action.flightId);
        // As the airline's cancellation does: the seats are closed first, the bookings follow. Some flights come back.
        if (flight) flights.set(action.flightId, { ...flight, closed: !flight.closed });
        return;
      }
      case 'settle': {
        const isUnderWay = ({ payments }: BookingRecord) => payments.some(({ status }) => status === 'processing');
        const booking = pickEither(action.which, isUnderWay);
        const payment = openPayment(booking);
        if (!booking || !payment) return;
        const settlement: Settlement =
          action.outcome === 'failed'
            ? { status: 'failed', code: 'card_declined' }
            : action.outcome === 'given_up'
              ? { status: 'given_up' }
              : { status: action.outcome, reference: `ch_${payment.id}` };
        ask(settlingCharge({ seen: booking, payment, settlement, nowMs, answers, requestId: 'req' }));
        return;
      }
      case 'pay': {
        const booking = pick(action.which);
        if (booking) ask(openingPayment(booking, newPayment(booking)));
        return;
      }
      case 'acknowledge': {
        const booking = pick(action.which, ({ payments }) => payments.length > 0);
        const payment = openPayment(booking);
        if (booking && payment) ask(acknowledging({ seen: booking, payment, nowMs, answers, requestId: 'req' }));
        return;
      }
      case 'expire': {
        const booking = pick(action.which);
        if (booking) ask(expiring(booking, nowMs));
        return;
      }
      case 'refund': {
        const booking = pick(action.which, ({ refunds }) => refunds.length > 0);
        const refund = booking?.refunds.find(({ status }) => status === 'processing');
        if (!booking || !refund) return;
        const outcome = { status: 'succeeded', reference: 're_1' } as const;
        ask(settlingRefund(booking, { refundId: refund.id, outcome, nowMs }));
        reached.add('money back');
        return;
      }
      case 'cancel':
      case 'cancelForAirline': {
        const booking = pick(action.which);
        const reason = action.do === 'cancel' ? 'customer' : 'airline';
        if (booking) ask(cancelling(booking, { nowMs, reason, requestId: 'req' }));
      }
    }
  }

  function place({ user, party, how, seat, flights: ids }: Extract<Action, { do: 'place' }>): void {
    made += 1;
    const id = `bkg_${made}`;
    const segments = ids.map((flightId) => newSegment(flightId, party, nowMs));
    const booking: Omit<BookingRecord, 'reference'> = {
      id,
      userId: users[user] ?? users[0],
      status: 'pending',
      holdExpiresAtMs: nowMs + holdMs,
      contact: { email: 'ada@example.com', phone: null },
      totalMinor: segments.reduce((sum, segment) => sum + segment.priceMinor * party, 0),
      feesMinor: 0,
      openChange: null,
      currency: 'USD',
      announced: how === 'hold',
      version: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      segments,
      passengers: Array.from({ length: party }, (_, index) => ({
        id: `${id}_${index}`,
        type: 'adult' as const,
        firstName: 'Ada',
        lastName: 'Lovelace',
        dateOfBirth: null,
        seats: {},
      })),
      payments: [],
      refunds: [],
    };
    const payments = how === 'pay' ? [newPayment({ ...booking, reference: 'AAAAAA' })] : [];
    const choice = { flightId: ids[0] ?? '', passenger: 0, seat: plan.seats[seat ?? 0]?.id ?? '' };
    ask(
      placing({
        booking: { ...booking, payments },
        copies: ids.map(copyForSale),
        choices: seat === null ? [] : [choice],
        maximumHeldSeats,
        newReference: () => 'AAAAAA',
        requestId: 'req',
      }),
    );
  }

  function change(booking: BookingRecord, { flights: ids, pays }: Extract<Action, { do: 'change' }>): void {
    const added = ids.filter((id) => booking.segments.every(({ flightId }) => flightId !== id));
    const party = booking.passengers.length;
    ask(
      changing(booking, {
        flights: ids.map((flightId) => ({ flightId, cabin: 'economy' })),
        added: added.map((id) => newSegment(id, party, nowMs)),
        copies: added.map(copyForSale),
        expectedTotalMinor: undefined,
        pay: pays ? (amountMinor) => ({ ...newPayment(booking), amountMinor, purpose: 'change' }) : undefined,
        isPaidHere: true,
        nowMs,
        newRefundId: () => `ref_${++made}`,
        requestId: 'req',
      }),
    );
  }

  function newPayment(booking: BookingRecord): PaymentRecord {
    made += 1;
    return {
      id: `pay_${made}`,
      bookingId: booking.id,
      userId: booking.userId,
      purpose: 'booking',
      provider: 'sandbox',
      method: 'card',
      token: 'tok_visa',
      amountMinor: booking.totalMinor,
      currency: 'USD',
      status: 'processing',
      failureCode: null,
      providerReference: null,
      idempotencyKey: null,
      version: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      attemptDeadlineMs: 0,
    };
  }

  function check(): void {
    const all = [...bookings.values()];
    for (const flight of flights.values()) checkFlight(flight, all);
    for (const userId of users) {
      const counted = all.filter((one) => one.userId === userId && countsAsHeld(one));
      expect(heldSeats.get(userId) ?? 0).toBe(counted.reduce((sum, one) => sum + partySeatsOf(one), 0));
    }
    for (const booking of all) checkMoney(booking);
  }

  return { act, check, reached };
}

function checkFlight({ flightId, cabins }: LockedFlight, all: readonly BookingRecord[]): void {
  const seatsOf = (segments: readonly SegmentRecord[]) =>
    segments.filter((one) => one.flightId === flightId).reduce((sum, { seats }) => sum + seats, 0);
  const booked = (status: string) =>
    all.filter((one) => one.status === status).reduce((sum, { segments }) => sum + seatsOf(segments), 0);
  const changing = all.reduce((sum, { openChange }) => sum + seatsOf(openChange?.added ?? []), 0);
  const cabin = cabins.get('economy');
  expect([cabin?.sold, cabin?.held]).toEqual([booked('confirmed'), booked('pending') + changing]);
  expect((cabin?.sold ?? 0) + (cabin?.held ?? 0)).toBeLessThanOrEqual(capacity);
  const living = all.filter(({ status }) => status === 'pending' || status === 'confirmed');
  const seats = living.flatMap(({ passengers }) => passengers.flatMap((one) => one.seats[flightId] ?? []));
  expect(new Set(seats).size).toBe(seats.length);
  const taken = plan.seats.filter((_, number) => cabin?.taken?.has(number)).map(({ id }) => id);
  expect(taken.toSorted()).toEqual(seats.toSorted());
}

function checkMoney(booking: BookingRecord): void {
  const { status, payments, refunds, totalMinor, feesMinor, segments, passengers, openChange } = booking;
  const forBooking = payments.filter(({ purpose }) => purpose === 'booking');
  expect(forBooking.filter((payment) => holdsBooking(payment, refunds)).length).toBeLessThanOrEqual(1);
  expect(payments.filter((payment) => payment.status === 'processing').length).toBeLessThanOrEqual(1);
  for (const payment of payments) {
    const backMinor = refundedMinor(payment, refunds);
    const wasTaken = payment.status === 'succeeded' || payment.status === 'refunded';
    expect(backMinor).toBeLessThanOrEqual(wasTaken ? payment.amountMinor : 0);
    // What is not needed any more is not kept.
    if (wasTaken) expect(payment.token).toBeNull();
    const arrived = refunds.filter(({ status }) => status === 'succeeded');
    if (wasTaken) expect(payment.status === 'refunded').toBe(refundedMinor(payment, arrived) === payment.amountMinor);
  }
  // What was paid and is not given back is the worth of what is held, and the fees.
  expect(totalMinor).toBe(segments.reduce((sum, one) => sum + one.priceMinor * one.seats, 0));
  if (status === 'confirmed') expect(keptMinor(booking)).toBe(totalMinor + feesMinor);
  if (status === 'pending' || status === 'expired') expect(keptMinor(booking)).toBe(0);
  if (openChange) expect(status).toBe('confirmed');

  for (const { seats } of passengers) {
    const seated = Object.keys(seats).length;
    if (status === 'confirmed') expect(Object.keys(seats).toSorted()).toEqual(segments.map(flightIdOf).toSorted());
    if (status === 'cancelled' || status === 'expired') expect(seated).toBe(0);
  }
}

const flightIdOf = ({ flightId }: SegmentRecord) => flightId;

const idOf = (flight: FlightCopy | string) => (typeof flight === 'string' ? flight : flight.flight.id);

function newFlight(flightId: FlightId): LockedFlight {
  const seats: LockedCabin = {
    cabin: 'economy',
    capacity,
    sold: 0,
    held: 0,
    layout: JSON.stringify(layout),
    plan,
    taken: SeatSet.empty(plan.seats.length),
  };
  return { flightId, closed: false, knownVersion: 1, version: 0, cabins: new Map([['economy', seats]]) };
}

function copyOf(flight: LockedFlight): LockedFlight {
  const cabins = Array.from(flight.cabins, ([name, cabin]): [string, LockedCabin] => [
    name,
    { ...cabin, taken: cabin.taken && SeatSet.fromText(cabin.taken.toText(), plan.seats.length) },
  ]);
  return { ...flight, version: flight.version + 1, cabins: new Map(cabins) };
}

const textOf = (flights: ReadonlyMap<string, LockedFlight>) =>
  JSON.stringify(
    [...flights.values()].flatMap(({ cabins }) =>
      Array.from(cabins.values(), ({ sold, held, taken }) => [sold, held, taken?.toText()]),
    ),
  );

/** Of a copy, placing looks at the version, the id and the layout. */
const copyForSale = (id: string) => ({ flight: { id, version: 1 }, layout: [layout] }) as unknown as FlightCopy;

function newSegment(flightId: FlightId, seats: number, nowMs: number): SegmentRecord {
  const money = (amount: number) => ({ amount, currency: 'USD' });
  // Of a segment's details, the desk looks at the number and the rules; events show airports.
  const airport = { code: 'JFK', cityCode: 'NYC', name: 'Kennedy', city: 'New York', country: 'US' };
  const place = { ...airport, timeZone: 'America/New_York', latitude: 40, longitude: -73 };
  return {
    flightId,
    cabin: 'economy',
    seats,
    departsAtMs: nowMs + 3 * 86_400_000,
    priceMinor: prices[flightId],
    flightVersion: 1,
    details: {
      flightNumber: 'BA178',
      origin: place,
      destination: place,
      departureTime: '2026-06-05T12:00:00Z',
      arrivalTime: '2026-06-05T19:00:00Z',
      departureLocal: '2026-06-05T08:00',
      arrivalLocal: '2026-06-05T20:00',
      rules: { refundable: flightId !== 'flt_3', cancelFee: money(3_000), changeFee: money(1_000) },
    },
  };
}
