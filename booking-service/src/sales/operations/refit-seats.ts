import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { bookingChanged } from '../../messaging/booking-events.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { type DeskState, LocksOutdated } from '../desk/desk-state.ts';
import { seatEverybody } from '../desk/seating.ts';
import { planOf, type SeatPlan } from '../domain/seats/seat-plan.ts';
import { SeatSet } from '../domain/seats/seat-set.ts';

/**
 * Seats everybody in another airplane: who has a seat that it has too keeps it, the others get one where one is left.
 * @param seen all living bookings of the flight, the oldest first.
 */
export function refittingSeats(
  flightId: string,
  layouts: readonly CabinLayout[],
  seen: readonly BookingRecord[],
  nowMs: number,
): DeskRequest<void> {
  return {
    needs: {
      flights: [flightId, ...seen.flatMap(({ segments }) => segments.map((one) => one.flightId))],
      bookings: seen,
    },
    decide: (state) => {
      const bookings = seen.flatMap(({ id }) => state.booking(id) ?? []);
      for (const layout of layouts) refitCabin(state, flightId, layout, bookings);
      for (const { id } of bookings) announceMoved(state, id, seen, nowMs);
    },
  };
}

function refitCabin(state: DeskState, flightId: string, layout: CabinLayout, bookings: readonly BookingRecord[]): void {
  const cabin = state.cabin(flightId, layout.cabin);
  const text = JSON.stringify(layout);
  if (!cabin || cabin.layout === text) return;
  const travelling = bookings.filter(
    ({ status, segments }) =>
      (status === 'pending' || status === 'confirmed') &&
      segments.some((segment) => segment.flightId === flightId && segment.cabin === layout.cabin),
  );
  const seated = travelling.flatMap(({ passengers }) =>
    passengers.filter(({ seats }) => seats[flightId] !== undefined),
  );
  if (cabin.taken && cabin.taken.size !== seated.length) throw new LocksOutdated('Others have taken seats meanwhile.');

  const plan = planOf(layout);
  const taken = SeatSet.empty(plan.seats.length);
  const kept = travelling.map((booking) => keepSeats(booking, flightId, plan, taken));
  state.lay(flightId, cabin, { layout: text, plan, taken });
  for (const booking of kept) state.put(booking.status === 'confirmed' ? seatEverybody(state, booking) : booking);
}

/** Marks the seats that the new layout has too; the others are left. */
function keepSeats(booking: BookingRecord, flightId: string, plan: SeatPlan, taken: SeatSet): BookingRecord {
  const passengers = booking.passengers.map((passenger) => {
    const { [flightId]: seat, ...others } = passenger.seats;
    if (seat === undefined) return passenger;
    const number = plan.numberOf(seat);
    if (number === undefined || taken.has(number)) return { ...passenger, seats: others };
    taken.add(number);
    return passenger;
  });
  return { ...booking, passengers };
}

function announceMoved(state: DeskState, id: string, seen: readonly BookingRecord[], nowMs: number): void {
  const before = seen.find((booking) => booking.id === id);
  const after = state.booking(id);
  if (!before || !after || JSON.stringify(before.passengers) === JSON.stringify(after.passengers)) return;
  const changed = { ...after, version: after.version + 1, updatedAtMs: nowMs };
  state.put(changed);
  if (changed.announced) state.tell(bookingChanged(changed));
}
