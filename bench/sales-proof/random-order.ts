import { maximumPassengers, type NewBooking, type SeatChoice } from '@jetbridge/contracts/bookings/routes.ts';
import type { Booking } from '@jetbridge/contracts/bookings/schemas.ts';
import { seatsPerRow } from '../sales-world/build-flight.ts';
import type { ProofFlight } from './proof-flights.ts';
import type { Random } from './random.ts';

/** An order, and what must come of it. */
export type RandomOrder = {
  readonly body: NewBooking & { readonly flights: NonNullable<NewBooking['flights']> };
  /** Of one flight: everybody but infants. */
  readonly seats: number;
  readonly totalMinor: number;
};

/** Parties that pick seats pick them here, where everybody wants to sit. */
const popularRows = 3;

const shares = { twoFlights: 0.25, picks: 0.25, expectsTotal: 0.5, child: 0.15, infant: 0.1 } as const;

/** What an order pays with; the rare ones take their seconds. */
export const tokenWeights = {
  tok_visa: 780,
  tok_declined: 80,
  tok_insufficient_funds: 50,
  tok_webhook: 86,
  tok_slow: 3,
  tok_timeout: 1,
} as const;

/** An order for 1 to 9 passengers on one or two flights; payment is the caller's to add. */
export function randomOrder(
  flights: readonly ProofFlight[],
  random: Random,
  options: { picksSeats: boolean },
): RandomOrder {
  const chosen = chooseFlights(flights, random);
  const passengers = chooseParty(random);
  const seated = passengers.flatMap(({ type }, place) => (type === 'infant' ? [] : [place]));
  const totalMinor = chosen.reduce((sum, { priceMinor }) => sum + priceMinor * seated.length, 0);
  const picks =
    options.picksSeats && random.chance(shares.picks)
      ? chosen.flatMap((flight) => pickSeats(flight, seated, random))
      : [];
  return {
    body: {
      flights: chosen.map(({ id }) => ({ flightId: id, cabin: 'economy' })),
      passengers,
      contact: { email: 'clients@example.com' },
      ...(picks.length > 0 ? { seats: picks } : {}),
      ...(random.chance(shares.expectsTotal) ? { expectedTotal: { amount: totalMinor, currency: 'USD' } } : {}),
    },
    seats: seated.length,
    totalMinor,
  };
}

/** A seat among the popular ones. */
export function popularSeat(flight: ProofFlight, random: Random): string {
  return random.pick(flight.seatNames.slice(0, seatsPerRow * popularRows));
}

/** What in the answer to an order is not what was ordered, if anything. */
export function mistakeIn(
  booking: Booking,
  { body, seats, totalMinor }: RandomOrder,
  options: { assignsSeats: boolean },
): string | undefined {
  if (booking.total.amount !== totalMinor) return `a total of ${booking.total.amount} instead of ${totalMinor}`;
  if (booking.passengers.length !== body.passengers.length) return `${booking.passengers.length} passengers`;
  const wrongPick = (body.seats ?? []).find(
    ({ flightId, passenger, seat }) => booking.passengers[passenger]?.seats[flightId] !== seat,
  );
  if (wrongPick) return `not the seat ${wrongPick.seat} that was picked`;
  if (booking.status !== 'confirmed' || !options.assignsSeats) return undefined;
  const given = booking.passengers.reduce((sum, passenger) => sum + Object.keys(passenger.seats).length, 0);
  const due = seats * body.flights.length;
  return given === due ? undefined : `${given} seats assigned instead of ${due}`;
}

/** One or two of them. */
export function chooseFlights(flights: readonly ProofFlight[], random: Random): ProofFlight[] {
  const first = random.pick(flights);
  if (!random.chance(shares.twoFlights)) return [first];
  const second = random.pick(flights);
  return second === first ? [first] : [first, second];
}

/** Small parties are the most frequent; infants travel on the laps of as many adults. */
function chooseParty(random: Random): NewBooking['passengers'] {
  const size = 1 + Math.floor(maximumPassengers * random.fraction() ** 2);
  let laps = 0;
  return Array.from({ length: size }, (_, place) => {
    const isInfant = laps > 0 && random.chance(shares.infant);
    const isChild = place > 0 && random.chance(shares.child);
    const type = isInfant ? 'infant' : isChild ? 'child' : 'adult';
    if (type === 'infant') laps -= 1;
    if (type === 'adult') laps += 1;
    return { firstName: 'Ada', lastName: `Lovelace ${'I'.repeat(place + 1)}`, type };
  });
}

function pickSeats(flight: ProofFlight, seated: readonly number[], random: Random): SeatChoice[] {
  const picked = new Map(seated.map((passenger) => [popularSeat(flight, random), passenger]));
  return [...picked].map(([seat, passenger]) => ({ flightId: flight.id, passenger, seat }));
}
