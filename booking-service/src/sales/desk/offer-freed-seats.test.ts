import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPayment } from '../../../tests/booking-records.ts';
import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import { writtenAnswers } from '../../http/written-answers.ts';
import type { WaitlistEntry } from '../../waitlist/domain/waitlist-entry.ts';
import type { LockedFlight } from '../db/inventory.ts';
import type { LockedCabin } from '../db/inventory-rows.ts';
import { cancelling } from '../operations/cancel.ts';
import { expiring } from '../operations/expire.ts';
import { joiningWaitlist } from '../operations/join-waitlist.ts';
import { leavingWaitlist } from '../operations/leave-waitlist.ts';
import { offeringSeats } from '../operations/offer-seats.ts';
import { placing } from '../operations/place.ts';
import { type Settlement, settlingCharge } from '../operations/settle-charge.ts';
import type { DeskRequest } from './desk-request.ts';
import { DeskState } from './desk-state.ts';
import { offerFreedSeats, UnlockedParties } from './offer-freed-seats.ts';

const capacity = 6;
const terms = { offerMs: 60_000, currency: 'USD', isFree: false, maximumHeldSeats: 3 } as const;
const users = ['usr_1', 'usr_2', 'usr_3', 'usr_4', 'usr_5'] as const;
const flightId = 'flt_1';
const copy = copyForSale();

type Action =
  | { do: 'buy' | 'hold' | 'order' | 'join'; user: number; party: number }
  | { do: 'cancel' | 'leave' | 'decline' | 'confirm'; which: number }
  | { do: 'wait'; ms: number };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['buy', 'hold', 'order', 'join', 'join'] as const)),
      user: fc.nat({ max: users.length - 1 }),
      party: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['cancel', 'cancel', 'leave', 'decline', 'confirm'] as const)),
      which: fc.nat({ max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 90_000 }) }),
  },
);

test('whatever is asked in whatever order: free seats go to the first that fits, and nobody who fits goes on waiting', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyAction, { minLength: 20, maxLength: 80 }), (actions) => {
      const world = createWorld(reached);
      for (const action of actions) world.act(action);
    }),
    { numRuns: 1_000 },
  );
  expect([...reached].toSorted()).toEqual([
    'already_waiting',
    'hold_limit',
    'offered',
    'passed over, at the limit',
    'passed over, too large',
    'several at once',
    'sold_out',
    'waitlist_entry_not_found',
    'waitlist_offered',
  ]);
});

test('seats are not offered to anybody whose count is not locked; who comes next is named', () => {
  const line = [4, 1, 2].map((seats, place) => newEntry(users[place] ?? users[0], seats, place + 1));
  const locked = flightWith({ sold: 3, held: 0 });
  const state = stateOf({ flight: locked, line, bookings: [], heldSeats: new Map(), lockedHolders: [] });
  const offer = () => state.attempt(() => offerFreedSeats(state, [flightId], { ...terms, nowMs: 0 }));
  expect(offer).toThrow(UnlockedParties);
  try {
    offer();
  } catch (error) {
    // The first of the line is too many for the three seats.
    expect(error).toMatchObject({ userIds: [users[1], users[2]] });
  }
  expect(state.changes.size).toBe(0);
});

/** A flight with its line in memory, changed by the real operations as the desk runs them. */
function createWorld(reached: Set<string>) {
  let nowMs = 0;
  let made = 0;
  let flight = flightWith({ sold: 0, held: 0 });
  const bookings = new Map<string, BookingRecord>();
  const entries = new Map<string, WaitlistEntry>();
  const heldSeats = new Map<string, number>();

  function ask<Outcome>(request: Pick<DeskRequest<Outcome>, 'needs' | 'decide'>): void {
    const draft = copyOf(flight);
    const state = stateOf({
      flight: draft,
      line: [...entries.values()],
      bookings: [...bookings.values()],
      heldSeats,
      lockedHolders: users,
    });
    try {
      state.attempt(() => request.decide(state));
      if (request.needs.frees) offerAndCompare(state, draft);
    } catch (error) {
      if (!(error instanceof BookingError)) throw error;
      reached.add(error.code);
      return;
    }
    flight = draft;
    for (const [userId, seats] of state.holds) heldSeats.set(userId, seats);
    for (const { after, gone } of state.changes.values()) {
      if (gone) bookings.delete(after.id);
      else bookings.set(after.id, after);
    }
    for (const entry of [...state.lines.added(), ...state.lines.changed()]) entries.set(entry.id, entry);
  }

  /** What is given is what somebody would give who looks through the line from its head after each gift. */
  function offerAndCompare(state: DeskState, draft: LockedFlight): void {
    const cabin = draft.cabins.get('economy');
    if (!cabin) throw new Error('The flight has economy.');
    const before = state.lines.line({ flightId, cabin: 'economy' });
    const expected = giveOneByOne(before, cabin.capacity - cabin.sold - cabin.held, (userId) =>
      state.heldSeatsOf(userId),
    );
    state.attempt(() => offerFreedSeats(state, [flightId], { ...terms, nowMs }));
    const after = new Set(state.lines.line({ flightId, cabin: 'economy' }).map(({ id }) => id));
    expect(before.filter(({ id }) => !after.has(id)).map(({ id }) => id)).toEqual(expected);
    if (expected.length > 0) reached.add('offered');
    if (expected.length > 1) reached.add('several at once');
    const free = cabin.capacity - cabin.sold - cabin.held;
    for (const { userId, seats } of state.lines.line({ flightId, cabin: 'economy' })) {
      const isHeldUp = state.heldSeatsOf(userId) + seats > terms.maximumHeldSeats;
      expect(seats > free || isHeldUp).toBe(true);
      if (expected.length > 0) reached.add(seats > free ? 'passed over, too large' : 'passed over, at the limit');
    }
  }

  function act(action: Action): void {
    const heldBefore = new Map(heldSeats);
    carryOut(action);
    checkNobodyWaitsInVain(heldBefore);
    // What only a user's count has made possible is looked for in the background.
    ask(offeringSeats(flightId));
    check();
  }

  /** The transaction itself gives seats away; only whoever held too many before it has to wait for another one. */
  function checkNobodyWaitsInVain(heldBefore: ReadonlyMap<string, number>): void {
    const cabin = flight.cabins.get('economy');
    const free = capacity - (cabin?.sold ?? 0) - (cabin?.held ?? 0);
    for (const { userId, seats, status } of entries.values()) {
      if (status !== 'waiting' || seats > free) continue;
      expect((heldBefore.get(userId) ?? 0) + seats).toBeGreaterThan(terms.maximumHeldSeats);
    }
  }

  function carryOut(action: Action): void {
    switch (action.do) {
      case 'wait':
        nowMs += action.ms;
        for (const booking of [...bookings.values()]) {
          const heldBefore = new Map(heldSeats);
          ask(expiring(booking, nowMs));
          checkNobodyWaitsInVain(heldBefore);
          ask(offeringSeats(flightId));
        }
        break;
      case 'cancel': {
        const booking = pick(bookings, action.which);
        if (booking) ask(cancelling(booking, { nowMs, reason: 'airline', requestId: 'req' }));
        break;
      }
      case 'leave': {
        const entry = pick(entries, action.which);
        if (entry) ask(leavingWaitlist(entry, bookings.get(entry.bookingId ?? ''), nowMs));
        break;
      }
      case 'join':
        made += 1;
        ask(joiningWaitlist(newEntry(users[action.user] ?? users[0], action.party, made), copy));
        break;
      case 'decline':
      case 'confirm': {
        const booking = pick(bookings, action.which);
        const payment = booking?.payments[0];
        const settlement: Settlement =
          action.do === 'confirm' ? { status: 'succeeded', reference: 'ch_1' } : { status: 'failed', code: 'declined' };
        const order = { nowMs, answers: writtenAnswers, requestId: 'req' };
        if (booking && payment) ask(settlingCharge({ seen: booking, payment, settlement, ...order }));
        break;
      }
      case 'buy':
      case 'hold':
      case 'order':
        made += 1;
        ask(placing(newOrder(`bkg_${made}`, users[action.user] ?? users[0], action, nowMs)));
    }
  }

  function check(): void {
    const all = [...bookings.values()];
    const seatsOf = (status: string) =>
      all.filter((one) => one.status === status).reduce((sum, { segments }) => sum + (segments[0]?.seats ?? 0), 0);
    const cabin = flight.cabins.get('economy');
    expect([cabin?.sold, cabin?.held]).toEqual([seatsOf('confirmed'), seatsOf('pending')]);
    expect((cabin?.sold ?? 0) + (cabin?.held ?? 0)).toBeLessThanOrEqual(capacity);
    for (const userId of users) {
      const held = all.filter((one) => one.userId === userId && countsAsHeld(one));
      expect(heldSeats.get(userId) ?? 0).toBe(held.reduce((sum, one) => sum + partySeatsOf(one), 0));
      const open = [...entries.values()].filter((one) => one.userId === userId && one.status === 'waiting');
      expect(open.length).toBeLessThanOrEqual(1);
    }
  }

  return { act };
}

function giveOneByOne(line: readonly WaitlistEntry[], seats: number, heldBefore: (userId: string) => number): string[] {
  const given: WaitlistEntry[] = [];
  for (;;) {
    const free = seats - given.reduce((sum, one) => sum + one.seats, 0);
    const next = line.find((one) => {
      const own = given.filter(({ userId }) => userId === one.userId).reduce((sum, { seats: some }) => sum + some, 0);
      return (
        !given.includes(one) && one.seats <= free && heldBefore(one.userId) + own + one.seats <= terms.maximumHeldSeats
      );
    });
    if (!next) return given.map(({ id }) => id);
    given.push(next);
  }
}

const pick = <T>(all: ReadonlyMap<string, T>, which: number): T | undefined =>
  [...all.values()][which % Math.max(1, all.size)];

function stateOf(loaded: {
  flight: LockedFlight;
  line: readonly WaitlistEntry[];
  bookings: readonly BookingRecord[];
  heldSeats: ReadonlyMap<string, number>;
  lockedHolders: readonly string[];
}): DeskState {
  const last = Math.max(0, ...loaded.line.map(({ position }) => position));
  return new DeskState({
    flights: new Map([[flightId, loaded.flight]]),
    bookings: loaded.bookings,
    heldSeats: loaded.heldSeats,
    lockedHolders: new Set(loaded.lockedHolders),
    keys: [],
    lines: {
      entries: loaded.line,
      lastPositions: [{ flightId, cabin: 'economy', last }],
      copies: new Map([[flightId, copy]]),
    },
  });
}

function flightWith({ sold, held }: { sold: number; held: number }): LockedFlight {
  const seats: LockedCabin = { cabin: 'economy', capacity, sold, held, layout: null, plan: null, taken: null };
  return { flightId, closed: false, knownVersion: 1, version: 0, cabins: new Map([['economy', seats]]) };
}

function copyOf(flight: LockedFlight): LockedFlight {
  const cabins = Array.from(flight.cabins, ([name, cabin]): [string, LockedCabin] => [name, { ...cabin }]);
  return { ...flight, cabins: new Map(cabins) };
}

function newEntry(userId: string, seats: number, number: number): WaitlistEntry {
  const passenger = { type: 'adult', firstName: 'Ada', lastName: 'Lovelace', dateOfBirth: null } as const;
  return {
    id: `wtl_${number}`,
    userId,
    flightId,
    cabin: 'economy',
    position: number,
    seats,
    passengers: Array.from({ length: seats }, () => passenger),
    contact: { email: 'ada@example.com', phone: null },
    status: 'waiting',
    bookingId: null,
    version: 1,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

function newOrder(id: string, userId: string, { do: how, party }: { do: string; party: number }, nowMs: number) {
  const [fare] = copy.flight.fares;
  const isHeld = how !== 'buy';
  const isPaying = how === 'order';
  const { origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal, flightNumber } = copy.flight;
  if (!fare) throw new Error('The flight has a fare.');
  const details = { flightNumber, origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal };
  const booking: Omit<BookingRecord, 'reference'> = {
    id,
    userId,
    status: isHeld ? 'pending' : 'confirmed',
    holdExpiresAtMs: isHeld ? nowMs + 60_000 : null,
    contact: { email: 'ada@example.com', phone: null },
    totalMinor: 10_000 * party,
    currency: 'USD',
    announced: !isPaying,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    segments: [
      {
        flightId,
        cabin: 'economy',
        seats: party,
        departsAtMs: Date.parse(departureTime),
        priceMinor: 10_000,
        flightVersion: 1,
        details: { ...details, rules: fare.rules },
      },
    ],
    passengers: [],
    payments: isPaying ? [buildPayment('processing', { id: `pay_${id}`, bookingId: id, userId })] : [],
    refunds: [],
    feesMinor: 0,
    openChange: null,
  };
  const newReference = () => 'AAAAAA';
  const { maximumHeldSeats } = terms;
  return { booking, copies: [copy], choices: [], maximumHeldSeats, newReference, requestId: 'req' };
}

/** Leaves in a year of the Unix era, so that no walk comes near it. */
function copyForSale(): FlightCopy {
  const money = (amount: number) => ({ amount, currency: 'USD' });
  const rules = { refundable: true, cancelFee: money(0), changeFee: money(0) };
  const airport = { code: 'JFK', cityCode: 'NYC', name: 'Kennedy', city: 'New York', country: 'US' };
  const place = { ...airport, timeZone: 'America/New_York', latitude: 40, longitude: -73 };
  const flight: Flight = {
    id: flightId,
    flightNumber: 'BA178',
    airline: { code: 'BA', name: 'British Airways' },
    origin: place,
    destination: { ...place, code: 'LHR' },
    departureTime: '1971-01-01T12:00:00Z',
    arrivalTime: '1971-01-01T19:00:00Z',
    departureLocal: '1971-01-01T07:00',
    arrivalLocal: '1971-01-01T19:00',
    durationMinutes: 420,
    status: 'scheduled',
    airplane: { id: 'apl_1', model: 'Boeing 777-300ER' },
    fares: [{ cabin: 'economy', price: money(10_000), seats: capacity, availableSeats: capacity, rules }],
    version: 1,
  };
  return { flight, layout: null };
}
