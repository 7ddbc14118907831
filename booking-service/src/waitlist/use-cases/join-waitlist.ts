import type { NewWaitlistEntry } from '@jetbridge/contracts/bookings/waitlist-routes.ts';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCatalogue } from '../../flights/clients/flight-catalogue.ts';
import type { FlightCopies, FlightCopy } from '../../flights/db/flights.ts';
import { findFlightsForSale } from '../../flights/use-cases/find-flights-for-sale.ts';
import type { Answers } from '../../sales/desk/answers.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { assertPartyMayTravel, seatsFor } from '../../sales/domain/party.ts';
import { joiningWaitlist } from '../../sales/operations/join-waitlist.ts';
import { type Asker, type KeyedReply, prepareAndAsk } from '../../sales/use-cases/keyed-request.ts';
import type { Accounts } from '../clients/accounts.ts';
import { takesOffers } from '../domain/booking-for-party.ts';
import type { WaitlistEntry } from '../domain/waitlist-entry.ts';

export type JoinWaitlistParts = {
  readonly desk: SalesDesk;
  readonly copies: FlightCopies;
  readonly catalogue: FlightCatalogue;
  readonly accounts: Accounts;
  readonly answers: Answers;
  readonly clock: Clock;
  readonly maximumHeldSeats: number;
};

/**
 * Lets a party wait for seats of one cabin of a flight; where they are free, it is offered them at once.
 * @throws BookingError with the reason; then it does not wait.
 */
export async function joinWaitlist(
  parts: JoinWaitlistParts,
  asker: Asker,
  order: NewWaitlistEntry,
): Promise<KeyedReply> {
  const { answers } = parts;
  const reply = await prepareAndAsk(
    parts,
    asker,
    () => prepareJoining(parts, asker, order),
    (standing) => ({ answer: answers.joined(standing) }),
  );
  if (reply.kind === 'replayed') return { written: reply.answer, replayed: true };
  return { written: answers.joined(reply.outcome), replayed: false };
}

async function prepareJoining(parts: JoinWaitlistParts, { userId }: Asker, order: NewWaitlistEntry) {
  const nowMs = parts.clock.nowMs();
  const copy = await findFlight(parts, order.flightId, nowMs);
  assertMayBeWaitedFor(copy.flight, order, nowMs);
  assertPartyMayTravel(order.passengers, [copy.flight.departureLocal]);
  const seats = seatsFor(order.passengers);
  if (seats > parts.maximumHeldSeats) {
    throw new BookingError('hold_limit', `Nobody may hold more than ${parts.maximumHeldSeats} unpaid seats.`, {
      facts: { held: 0, maximum: parts.maximumHeldSeats },
    });
  }
  const party: Omit<WaitlistEntry, 'position'> = {
    id: newId('wtl'),
    userId,
    flightId: copy.flight.id,
    cabin: order.cabin,
    seats,
    passengers: order.passengers.map(({ dateOfBirth, ...passenger }) => ({
      ...passenger,
      dateOfBirth: dateOfBirth ?? null,
    })),
    contact: await contactOf(parts.accounts, userId, order.contact),
    status: 'waiting',
    bookingId: null,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return joiningWaitlist(party, copy);
}

async function findFlight(parts: JoinWaitlistParts, flightId: string, nowMs: number): Promise<FlightCopy> {
  const [copy] = await findFlightsForSale(parts, [flightId], { nowMs, look: 'known' }).catch((error: unknown) => {
    if (!(error instanceof BookingError) || error.code !== 'flight_not_found') throw error;
    throw new BookingError('flight_not_found', 'There is no flight with this id.', { facts: error.facts });
  });
  if (!copy) throw new Error('A flight that is not found was refused.');
  return copy;
}

function assertMayBeWaitedFor(flight: Flight, { cabin }: NewWaitlistEntry, nowMs: number): void {
  const facts = { flightId: flight.id };
  if (!takesOffers(flight, nowMs)) {
    const detail = `Flight ${flight.flightNumber} is cancelled, has left, or leaves too soon to wait for.`;
    throw new BookingError('flight_not_bookable', detail, { facts });
  }
  if (flight.fares.some((fare) => fare.cabin === cabin)) return;
  const offered = flight.fares.map((fare) => fare.cabin).join(', ');
  throw new BookingError('cabin_not_offered', `Flight ${flight.flightNumber} offers ${offered}.`, { at: '/cabin' });
}

/** Whom to write to: whoever the request names, or the account. */
async function contactOf(
  accounts: Accounts,
  userId: string,
  given: NewWaitlistEntry['contact'],
): Promise<WaitlistEntry['contact']> {
  if (given) return { email: given.email, phone: given.phone ?? null };
  const email = await accounts.emailOf(userId);
  if (email !== undefined) return { email, phone: null };
  throw new BookingError('contact_needed', 'Your account has no address to write to; give one.', { at: '/contact' });
}
