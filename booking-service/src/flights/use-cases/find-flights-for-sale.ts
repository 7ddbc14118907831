import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import { BookingError } from '../../domain/errors.ts';
import type { FlightCatalogue } from '../clients/flight-catalogue.ts';
import type { FlightCopies, FlightCopy } from '../db/flights.ts';

/**
 * The flights with these ids, in this order: from this service's copies, or from flight-search-service where there is
 * none yet, or none with a layout.
 * @param options.look `recalled` takes them as they were last seen, which may be outdated; `fresh` asks
 * flight-search-service for all of them.
 * @param options.places where each stands in the request, if not in this order from 0.
 * @throws BookingError `flight_not_found`, or `flights_unavailable`.
 */
export async function findFlightsForSale(
  parts: { copies: FlightCopies; catalogue: FlightCatalogue },
  flightIds: readonly string[],
  options: { nowMs: number; look: 'recalled' | 'known' | 'fresh'; places?: readonly number[] },
): Promise<FlightCopy[]> {
  const known = await knownFlights(parts.copies, flightIds.filter(isPossibleId), options.look);
  return Promise.all(
    flightIds.map(async (flightId, index) => {
      const copy = known.get(flightId);
      if (copy?.layout) return copy;
      const fetched = await fetchAndKeep(parts, flightId, options.nowMs);
      if (fetched) return copy ? newerOf(copy, fetched) : fetched;
      throw new BookingError(
        'flight_not_found',
        `There is no flight with the id of /flights/${options.places?.[index] ?? index}.`,
        {
          facts: { flightId },
        },
      );
    }),
  );
}

function knownFlights(copies: FlightCopies, flightIds: readonly string[], look: 'recalled' | 'known' | 'fresh') {
  switch (look) {
    case 'recalled':
      return copies.recall(flightIds);
    case 'known':
      return copies.find(flightIds);
    case 'fresh':
      return new Map<string, FlightCopy>();
  }
}

/** A flight as flight-search-service has it now, kept as a copy. */
export async function fetchAndKeep(
  { copies, catalogue }: { copies: FlightCopies; catalogue: FlightCatalogue },
  flightId: string,
  nowMs: number,
): Promise<FlightCopy | undefined> {
  const fetched = await catalogue.fetch(flightId);
  if (fetched) await copies.keepNewer(fetched, nowMs);
  return fetched;
}

/** What events told may be newer than what was fetched a moment ago; they bring no layout. */
function newerOf(told: FlightCopy, fetched: FlightCopy): FlightCopy {
  if (told.flight.version <= fetched.flight.version) return fetched;
  return {
    flight: told.flight,
    layout: told.flight.airplane.id === fetched.flight.airplane.id ? fetched.layout : null,
  };
}
