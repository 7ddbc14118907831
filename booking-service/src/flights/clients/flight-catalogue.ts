import { type FlightForSale, readFlightForSaleRoute } from '@jetbridge/contracts/flights/internal.ts';
import { ServiceCallError, type ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import { BookingError } from '../../domain/errors.ts';

/** Where flights come from: flight-search-service. */
export type FlightCatalogue = {
  /** A flight as it is now, or nothing when there is none. @throws BookingError `flights_unavailable`. */
  readonly fetch: (flightId: string) => Promise<FlightForSale | undefined>;
};

export function createFlightCatalogue(client: ServiceClient): FlightCatalogue {
  return {
    fetch: async (flightId) => {
      // Such a text would lead the call somewhere else, and is no flight anyway.
      if (!isPossibleId(flightId)) return undefined;
      try {
        return await client.call(readFlightForSaleRoute, { params: { id: flightId } });
      } catch (error) {
        if (error instanceof ServiceCallError && error.code === 'flight_not_found') return undefined;
        throw new BookingError('flights_unavailable', 'The flight could not be looked up.', { cause: error });
      }
    },
  };
}
