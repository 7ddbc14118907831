import { type CurrentBooking as Answer, readCurrentBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import type { ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { CurrentAnswer, CurrentBooking } from '../domain/decide-sending.ts';

/** Asks booking-service for the present state of bookings, and says for each what it answered. */
export type AskCurrentBookings = (ids: readonly string[]) => Promise<(id: string) => CurrentAnswer>;

/** Never throws: no answer is an answer too, and the local copies decide then. */
export function createCurrentBookings(client: ServiceClient, log: Logger): AskCurrentBookings {
  return async (ids) => {
    try {
      const { bookings } = await client.call(readCurrentBookingsRoute, { body: { ids: [...new Set(ids)] } });
      const answered = new Map(bookings.map((booking) => [booking.id, toCurrentBooking(booking)]));
      return (id) => answered.get(id) ?? 'unknown';
    } catch (error) {
      log.warn(
        { error, bookings: ids.length },
        'bookings could not be confirmed; the copies here decide on their mails',
      );
      return () => 'no_answer';
    }
  };
}

/** Asks booking-service whose a booking is; nothing when there is none, or no answer. */
export type AskOwner = (bookingId: string) => Promise<string | undefined>;

/** Never throws, as above. */
export function createBookingOwners(client: ServiceClient, log: Logger): AskOwner {
  return async (bookingId) => {
    try {
      const { bookings } = await client.call(readCurrentBookingsRoute, { body: { ids: [bookingId] } });
      return bookings[0]?.userId;
    } catch (error) {
      log.warn({ error }, 'the owner of a booking could not be asked');
      return undefined;
    }
  };
}

function toCurrentBooking({ status, version, segments }: Answer): CurrentBooking {
  const departures = segments.map(({ flightId, departureTime }) => ({
    flightId,
    departsAtMs: fromInstant(departureTime),
  }));
  return { status, version, departures };
}
