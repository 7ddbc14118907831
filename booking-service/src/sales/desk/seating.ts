import type { SeatChoice } from '@jetbridge/contracts/bookings/routes.ts';
import type { BookingRecord, PassengerRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import type { LockedCabin } from '../db/inventory-rows.ts';
import { assignSeats } from '../domain/seats/assign-seats.ts';
import { planOf } from '../domain/seats/seat-plan.ts';
import { SeatSet } from '../domain/seats/seat-set.ts';
import type { DeskState } from './desk-state.ts';

type Passengers = readonly PassengerRecord[];

/** Lays out the cabins of a flight that has no layout yet, while nobody has a seat in them. */
export function layCabins(state: DeskState, { flight, layout }: FlightCopy): void {
  for (const plan of layout ?? []) {
    const seats = state.cabin(flight.id, plan.cabin);
    if (!seats || seats.plan || seats.sold + seats.held > 0) continue;
    const parsed = planOf(plan);
    const taken = SeatSet.empty(parsed.seats.length);
    state.lay(flight.id, seats, { layout: JSON.stringify(plan), plan: parsed, taken });
  }
}

/**
 * Gives passengers the seats that were chosen for them: all of them, or none. Seats they had are free for each other.
 * @throws BookingError `seat_unknown` or `seat_not_for_passenger` with a pointer, `seat_taken`, `seats_unavailable`.
 */
export function takeChosenSeats(
  state: DeskState,
  booking: BookingRecord,
  choices: readonly SeatChoice[],
): BookingRecord {
  if (choices.length === 0) return booking;
  let { passengers } = booking;
  for (const [index, choice] of choices.entries()) {
    assertChoosable(booking, choices, index);
    passengers = unseat(state, booking, passengers, choice);
  }
  for (const [index, choice] of choices.entries()) {
    const { flightId, seat } = choice;
    const cabin = cabinOf(state, booking, flightId);
    if (!cabin?.plan || !cabin.taken)
      throw new BookingError('seats_unavailable', 'Seats of this flight are given at the airport.', {
        facts: { flightId },
      });
    const number = cabin.plan.numberOf(seat);
    if (number === undefined) {
      throw new BookingError('seat_unknown', `There is no seat ${seat} in ${cabin.cabin} on this flight.`, {
        at: `/seats/${index}/seat`,
      });
    }
    if (cabin.taken.has(number)) {
      throw new BookingError('seat_taken', `Seat ${seat} is taken.`, { facts: { flightId, seat } });
    }
    state.mark(flightId, cabin, number, 'taken');
    passengers = passengers.map((one, place) => (place === choice.passenger ? withSeat(one, flightId, seat) : one));
  }
  return { ...booking, passengers };
}

function assertChoosable(booking: BookingRecord, choices: readonly SeatChoice[], index: number): void {
  const choice = choices[index];
  const wrong = (field: string, detail: string) =>
    new BookingError('seat_not_for_passenger', detail, { at: `/seats/${index}/${field}` });
  const passenger = booking.passengers[choice?.passenger ?? -1];
  if (!choice || !passenger)
    throw wrong('passenger', `The booking has passengers 0 to ${booking.passengers.length - 1}.`);
  if (passenger.type === 'infant') throw wrong('passenger', 'An infant travels on a lap and has no seat.');
  if (!segmentOf(booking, choice.flightId)) throw wrong('flightId', 'The booking has no such flight.');
  const isTwice = choices
    .slice(0, index)
    .some(({ flightId, passenger: place }) => flightId === choice.flightId && place === choice.passenger);
  if (isTwice) throw wrong('passenger', 'A seat on this flight is named for this passenger already.');
}

function unseat(state: DeskState, booking: BookingRecord, passengers: Passengers, { flightId, passenger }: SeatChoice) {
  const cabin = cabinOf(state, booking, flightId);
  const seat = passengers[passenger]?.seats[flightId];
  const number = seat === undefined ? undefined : cabin?.plan?.numberOf(seat);
  if (cabin && number !== undefined) state.mark(flightId, cabin, number, 'free');
  return passengers.map((one, place) => (place === passenger ? withoutSeat(one, flightId) : one));
}

/** Gives a seat to everybody who needs one and has none, on each flight whose layout is known and has seats left. */
export function seatEverybody(state: DeskState, booking: BookingRecord): BookingRecord {
  let { passengers } = booking;
  for (const { flightId } of booking.segments) {
    const cabin = cabinOf(state, booking, flightId);
    if (cabin?.plan && cabin.taken) passengers = seatOnFlight(state, cabin, passengers, flightId);
  }
  return { ...booking, passengers };
}

function seatOnFlight(state: DeskState, cabin: LockedCabin, passengers: Passengers, flightId: string): Passengers {
  const { plan, taken } = cabin;
  if (!plan || !taken) return passengers;
  const standing = passengers.filter(({ type, seats }) => type !== 'infant' && seats[flightId] === undefined);
  const beside = passengers.flatMap(({ seats }) => plan.numberOf(seats[flightId] ?? '') ?? []);
  const numbers = assignSeats(plan, taken, standing.length, beside);
  if (!numbers) return passengers;
  const given = new Map<string, string>();
  for (const [index, number] of numbers.entries()) {
    state.mark(flightId, cabin, number, 'taken');
    given.set(standing[index]?.id ?? '', plan.seats[number]?.id ?? '');
  }
  return passengers.map((one) => {
    const seat = given.get(one.id);
    return seat === undefined ? one : withSeat(one, flightId, seat);
  });
}

/** Puts all seats of a booking, sold or held, back on sale. */
export const releaseSeats = (state: DeskState, booking: BookingRecord): BookingRecord =>
  leaveSeats(state, booking, booking.segments);

/** Puts the seats of a booking on some of its segments, sold or held, back on sale. */
export function leaveSeats(
  state: DeskState,
  booking: BookingRecord,
  segments: readonly SegmentRecord[],
): BookingRecord {
  const kind = booking.status === 'confirmed' ? 'sold' : 'held';
  let { passengers } = booking;
  for (const { flightId, cabin, seats } of segments) {
    state.move(flightId, cabin, { [kind]: -seats });
    const locked = state.cabin(flightId, cabin);
    for (const passenger of passengers) {
      const number = locked?.plan?.numberOf(passenger.seats[flightId] ?? '');
      if (locked && number !== undefined) state.mark(flightId, locked, number, 'free');
    }
    passengers = passengers.map((passenger) => withoutSeat(passenger, flightId));
  }
  return { ...booking, passengers };
}

const segmentOf = ({ segments }: BookingRecord, flightId: string): SegmentRecord | undefined =>
  segments.find((segment) => segment.flightId === flightId);

function cabinOf(state: DeskState, booking: BookingRecord, flightId: string): LockedCabin | undefined {
  const segment = segmentOf(booking, flightId);
  return segment && state.cabin(flightId, segment.cabin);
}

const withSeat = (passenger: PassengerRecord, flightId: string, seat: string): PassengerRecord => ({
  ...passenger,
  seats: { ...passenger.seats, [flightId]: seat },
});

function withoutSeat(passenger: PassengerRecord, flightId: string): PassengerRecord {
  const { [flightId]: _left, ...seats } = passenger.seats;
  return { ...passenger, seats };
}
