import type { searchFlightsRoute } from '@jetbridge/contracts/flights/routes.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { z } from 'zod';
import type { ReferenceData } from '../db/reference-data.ts';
import type { FoundFlight } from '../domain/search/best-flights.ts';
import { type FlightQuestion, findFlights } from '../domain/search/find-flights.ts';
import { cabinsByNumber, dayNumberOf, type Schedule, statusesByNumber } from '../domain/search/schedule.ts';

export type FlightSearchQuery = z.infer<typeof searchFlightsRoute.query>;

type SearchParts = {
  readonly schedule: Schedule;
  readonly reference: ReferenceData;
  readonly clock: Clock;
};

/**
 * A page of flights that match, out of memory; an unknown place or airline matches none. Without a day, only flights from
 * now on.
 * @throws HttpProblem 400 for a cursor of another search.
 */
export function searchForFlights(parts: SearchParts, query: FlightSearchQuery): Page<FoundFlight> {
  const { schedule, clock } = parts;
  const position = readCursor(query.cursor, query, ['number', 'string']);
  const found = findFlights(schedule, {
    ...toQuestion(query, clock.nowMs()),
    origins: airportNumbers(parts, query.origin),
    destinations: airportNumbers(parts, query.destination),
    airlines: query.airline && new Set(query.airline.flatMap((code) => schedule.airlines.find(code) ?? [])),
    after: position && { value: position[0], id: position[1] },
    limit: query.limit + 1,
  });
  return toPage(found, {
    limit: query.limit,
    question: query,
    positionOf: ({ slot, value }) => [value, schedule.idOf(slot)],
  });
}

/** The airports of a place from or to which anything flies, in the numbers of the schedule. */
export function airportNumbers(
  { schedule, reference }: Pick<SearchParts, 'schedule' | 'reference'>,
  place: string,
): number[];
export function airportNumbers(
  parts: Pick<SearchParts, 'schedule' | 'reference'>,
  place: string | undefined,
): number[] | undefined;
export function airportNumbers(
  { schedule, reference }: Pick<SearchParts, 'schedule' | 'reference'>,
  place: string | undefined,
): number[] | undefined {
  if (place === undefined) return undefined;
  return reference.airportCodesOf(place).flatMap((code) => schedule.airports.find(code) ?? []);
}

function toQuestion(
  query: FlightSearchQuery,
  nowMs: number,
): Omit<FlightQuestion, 'origins' | 'destinations' | 'airlines' | 'after' | 'limit'> {
  const earliestMs = query.departAfter === undefined ? undefined : fromInstant(query.departAfter);
  const descending = query.sort.startsWith('-');
  return {
    localDay: query.date === undefined ? undefined : dayNumberOf(query.date),
    departsFromMs: query.date === undefined ? Math.max(nowMs, earliestMs ?? 0) : earliestMs,
    departsUntilMs: query.departBefore === undefined ? undefined : fromInstant(query.departBefore),
    status: query.status === undefined ? undefined : statusesByNumber.indexOf(query.status),
    cabin: query.cabin === undefined ? undefined : cabinsByNumber.indexOf(query.cabin),
    passengers: query.passengers,
    minimumPrice: query.minPrice,
    maximumPrice: query.maxPrice,
    // The schema allows these three words, each with or without the sign.
    sort: { by: query.sort.replace('-', '') as FlightQuestion['sort']['by'], descending },
  };
}
