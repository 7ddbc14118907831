import type { searchFlightsRoute } from '@jetbridge/contracts/flights/routes.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { z } from 'zod';
import type { Catalogue } from '../db/catalogue.ts';
import type { FlightQuestion, SearchFlights } from '../db/flight-search.ts';
import type { Flights } from '../db/flights.ts';
import type { FlightRecord } from '../domain/flight.ts';

export type FlightSearchQuery = z.infer<typeof searchFlightsRoute.query>;

type SearchParts = {
  readonly catalogue: Catalogue;
  readonly flights: Flights;
  readonly searchFlights: SearchFlights;
  readonly clock: Clock;
};

/**
 * A page of flights that match; an unknown place matches none. Without a day, only flights from now on.
 * @throws HttpProblem 400 for a cursor of another search.
 */
export async function searchForFlights(parts: SearchParts, query: FlightSearchQuery): Promise<Page<FlightRecord>> {
  const position = readCursor(query.cursor, query, ['number', 'string']);
  const places = await findPlaces(parts.catalogue, query);
  if (!places) return { data: [], nextCursor: null };
  const found = await parts.searchFlights({
    ...places,
    ...toQuestion(query, parts.clock.nowMs()),
    after: position && { value: position[0], id: position[1] },
    limit: query.limit + 1,
  });
  const page = toPage(found, {
    limit: query.limit,
    question: query,
    positionOf: ({ sortValue, id }) => [sortValue, id],
  });
  return { data: await parts.flights.find(page.data.map(({ id }) => id)), nextCursor: page.nextCursor };
}

async function findPlaces(catalogue: Catalogue, { origin, destination }: FlightSearchQuery) {
  const originCodes = origin === undefined ? undefined : await catalogue.findAirportCodes(origin);
  const destinationCodes = destination === undefined ? undefined : await catalogue.findAirportCodes(destination);
  if (originCodes?.length === 0 || destinationCodes?.length === 0) return undefined;
  return { originCodes, destinationCodes };
}

function toQuestion(query: FlightSearchQuery, nowMs: number): Omit<FlightQuestion, 'limit'> {
  const earliestMs = query.departAfter === undefined ? undefined : fromInstant(query.departAfter);
  const descending = query.sort.startsWith('-');
  return {
    localDate: query.date,
    departsFromMs: query.date === undefined ? Math.max(nowMs, earliestMs ?? 0) : earliestMs,
    departsUntilMs: query.departBefore === undefined ? undefined : fromInstant(query.departBefore),
    airlineCodes: query.airline,
    status: query.status,
    cabin: query.cabin,
    passengers: query.passengers,
    minimumPriceMinor: query.minPrice,
    maximumPriceMinor: query.maxPrice,
    // The schema allows these three words, each with or without the sign.
    sort: { by: query.sort.replace('-', '') as FlightQuestion['sort']['by'], descending },
  };
}
