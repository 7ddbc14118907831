import {
  closeFlightRoute,
  type FlightImpact,
  limitCapacityRoute,
  readFlightBookingsRoute,
} from '@jetbridge/contracts/bookings/internal.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import { ServiceCallError, type ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import { FlightError } from '../domain/errors.ts';

/** What the seller answered: it agrees, or it knows this version of the flight already. */
export type Consent = 'granted' | 'stale';

/** Who sells the seats: booking-service, which alone knows what may be taken away. */
export type Seller = {
  /** @throws FlightError `flight_has_bookings` or `seller_unavailable`. */
  readonly close: (asked: { flightId: string; version: number }) => Promise<Consent>;
  /** @throws FlightError `below_sold` or `seller_unavailable`. */
  readonly limit: (asked: {
    flightId: string;
    version: number;
    cabins: readonly { cabin: Cabin; seats: number }[];
  }) => Promise<Consent>;
  /** How many are booked on a flight. @throws FlightError `seller_unavailable`. */
  readonly impactOf: (flightId: string) => Promise<FlightImpact>;
};

export function createSeller(client: ServiceClient): Seller {
  async function ask(question: () => Promise<unknown>): Promise<Consent> {
    try {
      await question();
      return 'granted';
    } catch (error) {
      if (error instanceof ServiceCallError && error.status === 409) {
        if (error.code === 'stale') return 'stale';
        if (error.code === 'flight_has_bookings') {
          throw new FlightError(
            'flight_has_bookings',
            'Seats of this flight are sold or held: cancel the flight instead.',
          );
        }
        if (error.code === 'below_sold') {
          throw new FlightError('below_sold', 'More seats are sold or held than this change would leave.');
        }
      }
      throw unavailable(error);
    }
  }

  return {
    close: ({ flightId, version }) =>
      ask(() => client.call(closeFlightRoute, { params: { id: flightId }, body: { version } })),
    limit: ({ flightId, version, cabins }) =>
      ask(() => client.call(limitCapacityRoute, { params: { id: flightId }, body: { version, cabins } })),
    impactOf: async (flightId) => {
      try {
        return await client.call(readFlightBookingsRoute, { params: { id: flightId } });
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

const unavailable = (cause: unknown) =>
  new FlightError('seller_unavailable', 'The service that sells the seats could not be asked.', undefined, cause);
