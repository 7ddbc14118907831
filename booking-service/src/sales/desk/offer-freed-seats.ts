import { randomBytes } from 'node:crypto';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { toBookingReference } from '../../bookings/domain/booking-reference.ts';
import { bookingConfirmed, bookingCreated } from '../../messaging/booking-events.ts';
import { waitlistOffered } from '../../messaging/waitlist-events.ts';
import { bookingForParty, type OfferTerms, takesOffers } from '../../waitlist/domain/booking-for-party.ts';
import type { WaitlistEntry } from '../../waitlist/domain/waitlist-entry.ts';
import type { LockedFlight } from '../db/inventory.ts';
import type { LockedCabin } from '../db/inventory-rows.ts';
import type { DeskState } from './desk-state.ts';
import { layCabins, seatEverybody } from './seating.ts';

/**
 * Seats would go to a party whose user's count of unpaid seats is not locked: the batch begins again with these locked,
 * because counts are locked before flights.
 */
export class UnlockedParties extends Error {
  override readonly name = 'UnlockedParties';
  readonly userIds: readonly string[];

  constructor(userIds: readonly string[]) {
    super(`Parties of ${userIds.length} users wait for seats that became free.`);
    this.userIds = userIds;
  }
}

type Offering = OfferTerms & { readonly nowMs: number; readonly requestId?: string | undefined };

/**
 * Gives free seats of these flights to the parties that wait for them: always to the first in the line that fits, until
 * nobody does. Who holds as many unpaid seats as anybody may is passed over and keeps the place.
 * @throws UnlockedParties
 */
export function offerFreedSeats(state: DeskState, flightIds: readonly string[], offering: Offering): void {
  for (const flightId of flightIds) {
    const flight = state.flights.get(flightId);
    const copy = state.lines.copyOf(flightId);
    if (!flight || flight.closed || !copy || !takesOffers(copy.flight, offering.nowMs)) continue;
    for (const cabin of flight.cabins.values()) offerCabin(state, flight, cabin, offering);
  }
}

function offerCabin(state: DeskState, { flightId }: LockedFlight, cabin: LockedCabin, offering: Offering): void {
  const free = () => cabin.capacity - cabin.sold - cabin.held;
  if (free() <= 0) return;
  const line = state.lines.line({ flightId, cabin: cabin.cabin });
  // Seats only become fewer on the way: who did not fit when passed over does not fit later.
  for (const [place, entry] of line.entries()) {
    if (entry.seats > free()) continue;
    if (!offering.isFree) {
      if (!state.locksHolder(entry.userId)) {
        const beside = state.lines.headsBeside(entry, usersOfOtherLines);
        throw new UnlockedParties([...nextUsers(line.slice(place), free()), ...beside]);
      }
      if (state.heldSeatsOf(entry.userId) + entry.seats > offering.maximumHeldSeats) continue;
    }
    offerTo(state, entry, offering);
  }
}

/** More than the free seats can go to: some of them may be held up elsewhere. */
const spareUsers = 16;

/** Where holds on many flights lapse at once, each line must not cost the batch a beginning of its own. */
const usersOfOtherLines = 4;

/** Those who may be offered seats now: as many as there are seats, and some more. */
function nextUsers(line: readonly WaitlistEntry[], free: number): string[] {
  const fitting = line.filter(({ seats }) => seats <= free);
  return fitting.slice(0, free + spareUsers).map(({ userId }) => userId);
}

function offerTo(state: DeskState, entry: WaitlistEntry, offering: Offering): void {
  const copy = state.lines.copyOf(entry.flightId);
  const offered =
    copy &&
    bookingForParty(entry, copy.flight, {
      ...offering,
      bookingId: newId('bkg'),
      newPassengerId: () => newId('pax'),
      reference: toBookingReference(randomBytes(6)),
    });
  if (!offered) return;
  layCabins(state, copy);
  const kind = offered.status === 'confirmed' ? 'sold' : 'held';
  state.move(entry.flightId, entry.cabin, { [kind]: entry.seats });
  const booking = offered.status === 'confirmed' ? seatEverybody(state, offered) : offered;
  state.put(booking);
  if (countsAsHeld(booking)) state.countHeld(booking.userId, partySeatsOf(booking));
  const after: WaitlistEntry = {
    ...entry,
    status: 'offered',
    bookingId: booking.id,
    version: entry.version + 1,
    updatedAtMs: offering.nowMs,
  };
  state.lines.put(after);
  const { requestId } = offering;
  state.tell(bookingCreated(booking, requestId));
  if (booking.status === 'confirmed') state.tell(bookingConfirmed(booking, requestId));
  state.tell(waitlistOffered(after, booking, requestId));
}
