import type { Cabin, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Transaction } from 'sequelize';
import { offeredByWaitlist } from '../../bookings/domain/booking-history.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCopies } from '../../flights/db/flights.ts';
import { inventoryChanged } from '../../messaging/booking-events.ts';
import type { Waitlist } from '../../waitlist/db/waitlist.ts';
import type { OfferTerms } from '../../waitlist/domain/booking-for-party.ts';
import type { Capacities, LockedInventory } from '../db/capacities.ts';
import type { UserHolds } from '../db/user-holds.ts';
import { DeskState } from './desk-state.ts';
import { loadLines } from './load-state.ts';
import { offerFreedSeats } from './offer-freed-seats.ts';
import { type WriteStateParts, writeState } from './write-state.ts';

/**
 * Where flight-search-service asks whether it may take seats away, and where seats follow what it made of its flights.
 * Each question names the version the flight will have; what was granted for a change that was then not made ends with
 * the next change that is.
 */
export type CapacityDesk = {
  /**
   * Sells no more seats of a flight, known or not.
   * @throws BookingError `flight_has_bookings`, or `stale` when the flight has that version already.
   */
  readonly close: (asked: { flightId: string; version: number }) => Promise<void>;
  /**
   * Takes seats of a flight, known or not, off sale; never adds any.
   * @throws BookingError `below_sold`, or `stale` when the flight has that version already.
   */
  readonly limit: (asked: {
    flightId: string;
    version: number;
    cabins: readonly { cabin: Cabin; seats: number }[];
  }) => Promise<void>;
  /**
   * Sets the seats of a flight as its newest version has them: all on sale, or none when it is cancelled. Seats that it
   * has more are offered to waiting parties at once.
   */
  readonly follow: (flight: Flight, tx: Transaction) => Promise<void>;
};

export type CapacityDeskParts = WriteStateParts & {
  readonly capacities: Capacities;
  readonly copies: FlightCopies;
  readonly userHolds: UserHolds;
  readonly waitlist: Waitlist;
  readonly clock: Clock;
  readonly offers: OfferTerms;
};

export function createCapacityDesk(parts: CapacityDeskParts): CapacityDesk {
  const { database, capacities, copies } = parts;

  /** Under the lock of the flight's seats; a change that has been made already can't be asked for. */
  async function assertNotStale(
    { flightId, version }: { flightId: string; version: number },
    { flightVersion }: LockedInventory,
    tx: Transaction,
  ): Promise<void> {
    const known = (await copies.versionsOf([flightId], tx)).get(flightId) ?? 0;
    if (known < version && flightVersion <= version) return;
    throw new BookingError('stale', `The flight has version ${Math.max(known, flightVersion)} already.`);
  }

  async function announce(flightId: string, tx: Transaction): Promise<void> {
    const inventories = await capacities.conclude([flightId], tx);
    await appendEvents(database, inventories.map(inventoryChanged), tx);
  }

  return {
    close: (asked) =>
      database.write(async (tx) => {
        const locked = await capacities.lockOrAdd(asked.flightId, [], tx);
        await assertNotStale(asked, locked, tx);
        if (locked.cabins.some(({ sold, held }) => sold + held > 0)) {
          throw new BookingError('flight_has_bookings', 'Seats of this flight are sold or held.');
        }
        await capacities.setClosed(asked.flightId, { closed: true, flightVersion: asked.version }, tx);
      }),

    limit: (asked) =>
      database.write(async (tx) => {
        const { flightId, version } = asked;
        const locked = await capacities.lockOrAdd(flightId, asked.cabins, tx);
        await assertNotStale(asked, locked, tx);
        for (const { cabin, seats } of asked.cabins) {
          const now = locked.cabins.find((one) => one.cabin === cabin);
          if (!now || now.capacity <= seats) continue;
          const taken = now.sold + now.held;
          if (taken > seats) {
            throw new BookingError('below_sold', `${taken} seats in ${cabin} are sold or held.`, {
              facts: { cabin, taken },
            });
          }
          await capacities.setCapacity({ flightId, cabin, seats }, tx);
        }
        await capacities.setFlightVersion(flightId, version, tx);
        await announce(flightId, tx);
      }),

    follow: async (flight, tx) => {
      const locked = await capacities.lockOrAdd(flight.id, flight.fares, tx);
      // A change that was asked for is on its way: its own news will set the seats.
      if (locked.flightVersion > flight.version) return;
      for (const { cabin, seats } of flight.fares) {
        await capacities.setCapacity({ flightId: flight.id, cabin, seats }, tx);
      }
      const closed = flight.status === 'cancelled';
      await capacities.setClosed(flight.id, { closed, flightVersion: flight.version }, tx);
      if (!(await offerSeats(parts, flight.id, tx))) await announce(flight.id, tx);
    },
  };
}

/**
 * Gives free seats of a locked flight to the parties that wait for them. Their users' counts are locked after the flight
 * here, against the order of the sales desk: news come in a transaction that can't begin again with other locks. Where
 * two wait for each other for that, the database ends one of them, which runs again.
 * @returns whether there was anything to give; then the new numbers are told of.
 */
async function offerSeats(parts: CapacityDeskParts, flightId: string, tx: Transaction): Promise<boolean> {
  const { inventory, userHolds, clock, offers } = parts;
  const lines = await loadLines(parts, [{ flights: [flightId], frees: true }], tx);
  if (lines.entries.length === 0) return false;
  const flights = await inventory.lockAll([flightId], tx);
  const userIds = [...new Set(lines.entries.map(({ userId }) => userId))];
  const heldSeats = await userHolds.lock(userIds, tx);
  const state = new DeskState({ flights, bookings: [], heldSeats, lockedHolders: new Set(userIds), keys: [], lines });
  const offering = { ...offers, nowMs: clock.nowMs() };
  state.attempt(() => offerFreedSeats(state, [flightId], offering), offeredByWaitlist);
  await writeState(parts, state, tx);
  return state.changedFlights.size > 0;
}
