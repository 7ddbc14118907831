import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import type { FlightCatalogue } from '../clients/flight-catalogue.ts';
import type { FlightCopies } from '../db/flights.ts';
import { BookingError } from '../domain/errors.ts';

/**
 * The flights with these ids, in this order: from this service's copies, or from flight-search-service where there is
 * none yet.
 * @param fresh asks flight-search-service for all of them.
 * @throws BookingError `flight_not_found`, or `flights_unavailable`.
 */
export async function findFlightsForSale(
  parts: { copies: FlightCopies; catalogue: FlightCatalogue },
  flightIds: readonly string[],
  options: { nowMs: number; fresh?: boolean },
): Promise<Flight[]> {
  const known = options.fresh ? new Map() : await parts.copies.find(flightIds.filter(isPossibleId));
  return Promise.all(
    flightIds.map(async (flightId, index) => {
      const copy = known.get(flightId) ?? (await fetchAndKeep(parts, flightId, options.nowMs));
      if (copy) return copy.flight;
      throw new BookingError('flight_not_found', `There is no flight with the id of /flights/${index}.`, {
        facts: { flightId },
      });
    }),
  );
}

async function fetchAndKeep(
  { copies, catalogue }: { copies: FlightCopies; catalogue: FlightCatalogue },
  flightId: string,
  nowMs: number,
) {
  const fetched = await catalogue.fetch(flightId);
  if (fetched) await copies.keepNewer(fetched, nowMs);
  return fetched;
}
