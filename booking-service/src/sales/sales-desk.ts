import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { Bookings } from '../db/bookings.ts';
import type { FlightCopies } from '../db/flights.ts';
import type { Inventory } from '../db/inventory.ts';
import type { BookingRecord } from '../domain/booking.ts';
import { BookingError } from '../domain/errors.ts';
import { bookingCancelled, bookingPlaced, inventoryChanged } from '../messaging/booking-events.ts';

/**
 * Where seats change hands. A sale is one local transaction over inventory, booking and events: all of it happens, or
 * nothing. Flights are locked first, by id, then bookings.
 */
export type SalesDesk = {
  /**
   * Sells all seats of all segments and confirms the booking.
   * @param flights the flights of the segments, as they are on sale now.
   * @throws BookingError `sold_out` or `flight_not_bookable`, OutdatedFlights; nothing is sold then.
   */
  readonly sell: (booking: BookingRecord, flights: readonly Flight[]) => Promise<BookingRecord>;
  /**
   * Cancels a booking and puts its seats back on sale; a booking that is cancelled already stays as it is.
   * @throws BookingError `booking_not_found`, or `departed` when its first flight has left.
   */
  readonly cancel: (bookingId: string, nowMs: number) => Promise<BookingRecord>;
  /** Cancels a booking because the airline cancelled one of its flights; it may have begun. */
  readonly cancelForAirline: (bookingId: string, nowMs: number) => Promise<BookingRecord>;
};

/** A newer version of a flight became known while it was being sold: look at it again, then sell. */
export class OutdatedFlights extends Error {
  override readonly name = 'OutdatedFlights';
}

export function createSalesDesk(parts: {
  database: Database;
  inventory: Inventory;
  bookings: Bookings;
  copies: FlightCopies;
}): SalesDesk {
  const { database, inventory, bookings, copies } = parts;

  async function sellAll(booking: BookingRecord, tx: Transaction): Promise<void> {
    const closed = await inventory.lock(flightIdsOf(booking), tx);
    for (const { flightId, cabin, seats, details } of booking.segments) {
      const facts = { flightId };
      if (closed.has(flightId)) {
        throw new BookingError('flight_not_bookable', `Flight ${details.flightNumber} is closed for sale.`, { facts });
      }
      if (!(await inventory.sell({ flightId, cabin, seats }, tx))) {
        throw new BookingError(
          'sold_out',
          `Flight ${details.flightNumber} has fewer than ${seats} seats left in ${cabin}.`,
          { facts },
        );
      }
    }
  }

  async function announce(booking: BookingRecord, events: ReturnType<typeof bookingPlaced>, tx: Transaction) {
    const inventories = await inventory.conclude(flightIdsOf(booking), tx);
    await appendEvents(database, [...events, ...inventories.map(inventoryChanged)], tx);
  }

  /** Under the lock of its seats no news of a flight can come in, so that each sale is either told of it or made by it. */
  async function assertNewest(flights: readonly Flight[], tx: Transaction): Promise<void> {
    const versions = await copies.versionsOf(
      flights.map(({ id }) => id),
      tx,
    );
    const outdated = flights.find(({ id, version }) => (versions.get(id) ?? 0) > version);
    if (outdated) throw new OutdatedFlights(`Flight ${outdated.id} has changed since version ${outdated.version}.`);
  }

  async function cancelIf(
    mayBeCancelled: (booking: BookingRecord) => void,
    bookingId: string,
    nowMs: number,
  ): Promise<BookingRecord> {
    // The flights of a booking are read before the transaction, because they are locked before the booking is.
    const before = await bookings.find(bookingId);
    if (!before) throw bookingNotFound();
    return database.write(async (tx) => {
      await inventory.lock(flightIdsOf(before), tx);
      const booking = await bookings.find(bookingId, tx);
      if (!booking) throw bookingNotFound();
      if (booking.status === 'cancelled') return booking;
      mayBeCancelled(booking);
      for (const segment of booking.segments) await inventory.release(segment, tx);
      const cancelled = await bookings.markCancelled(booking, nowMs, tx);
      await announce(cancelled, [bookingCancelled(cancelled)], tx);
      return cancelled;
    });
  }

  return {
    sell: (booking, flights) =>
      database.write(async (tx) => {
        await inventory.open(flights, tx);
        await sellAll(booking, tx);
        await assertNewest(flights, tx);
        await bookings.insert(booking, tx);
        await announce(booking, bookingPlaced(booking), tx);
        return booking;
      }),
    cancel: (bookingId, nowMs) => cancelIf((booking) => assertNotDeparted(booking, nowMs), bookingId, nowMs),
    cancelForAirline: (bookingId, nowMs) => cancelIf(() => {}, bookingId, nowMs),
  };
}

/** The same words for a booking that does not exist and for one that is not yours. */
export const bookingNotFound = () => new BookingError('booking_not_found', 'There is no such booking.');

function flightIdsOf(booking: BookingRecord): string[] {
  return booking.segments.map(({ flightId }) => flightId);
}

function assertNotDeparted(booking: BookingRecord, nowMs: number): void {
  const firstDepartureMs = Math.min(...booking.segments.map(({ departsAtMs }) => departsAtMs));
  if (firstDepartureMs <= nowMs) {
    throw new BookingError('departed', 'The first flight of this booking has left; it can no longer be cancelled.');
  }
}
