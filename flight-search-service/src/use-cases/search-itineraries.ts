import type { searchItinerariesRoute } from '@jetbridge/contracts/flights/itineraries.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { z } from 'zod';
import type { ReferenceData } from '../db/reference-data.ts';
import { combineTrips, type Journey } from '../domain/search/combine-trips.ts';
import { type ConnectingRule, findTrips, type Trip, type TripQuestion } from '../domain/search/find-trips.ts';
import { cabinsByNumber, dayNumberOf, minuteMs, type Schedule } from '../domain/search/schedule.ts';
import { airportNumbers } from './search-flights.ts';

export type ItineraryQuery = z.infer<typeof searchItinerariesRoute.query>;

export type ItineraryParts = {
  readonly schedule: Schedule;
  readonly reference: ReferenceData;
  readonly connectingRule: ConnectingRule;
  readonly clock: Clock;
};

/** The most itineraries one question has, on all its pages. */
const maximumItineraries = 200;

/** booking-service sells no seat of a flight that leaves sooner. */
const salesCloseMinutes = 30;

/**
 * A page of ways to get there that can be booked now, the best first; none for an unknown place. Of each leg there are only
 * trips that no other one beats.
 * @throws HttpProblem 400 for a cursor of another search.
 */
export function searchItineraries(parts: ItineraryParts, query: ItineraryQuery): Page<Journey> {
  const { schedule } = parts;
  const position = readCursor(query.cursor, query, ['number', 'number', 'string']);
  const legs = legsOf(query).map((leg) => findTripsOf(parts, leg, query));
  const journeys = combineTrips(legs, {
    sort: query.sort,
    canFollow: (before, next) => canFollow(parts, before, next),
    limit: maximumItineraries,
  });
  const keyOf = ({ trips }: Journey) => trips.flatMap(({ slots }) => slots.map(schedule.idOf)).join();
  const start = position === undefined ? 0 : placeAfter(journeys, position, keyOf);
  return toPage(journeys.slice(start, start + query.limit + 1), {
    limit: query.limit,
    question: query,
    positionOf: (journey) => [...journey.rank, keyOf(journey)],
  });
}

/** Where a page begins: behind the last one of the page before, or, when that is gone, where it would have been. */
function placeAfter(
  journeys: readonly Journey[],
  [first, second, key]: readonly [number, number, string],
  keyOf: (journey: Journey) => string,
): number {
  const last = journeys.findIndex((journey) => keyOf(journey) === key);
  if (last >= 0) return last + 1;
  const next = journeys.findIndex(({ rank }) => rank[0] > first || (rank[0] === first && rank[1] > second));
  return next >= 0 ? next : journeys.length;
}

/** One way of a question, in words. */
export type Leg = { readonly origin: string; readonly destination: string; readonly date: string };

function legsOf({ legs, origin = '', destination = '', date = '', returnDate }: ItineraryQuery): Leg[] {
  if (legs !== undefined) {
    return legs
      .split(',')
      .map((leg) => ({ origin: leg.slice(0, 3), destination: leg.slice(4, 7), date: leg.slice(8) }));
  }
  const out = { origin, destination, date };
  return returnDate === undefined ? [out] : [out, { origin: destination, destination: origin, date: returnDate }];
}

/** The trips of one way on one day that no other one beats. */
export function findTripsOf(
  parts: ItineraryParts,
  leg: Leg,
  { cabin, passengers, maxStops }: Pick<ItineraryQuery, 'cabin' | 'passengers' | 'maxStops'>,
): Trip[] {
  const { schedule, clock, connectingRule } = parts;
  return findTrips(schedule, connectingRule, {
    origins: airportNumbers(parts, leg.origin),
    destinations: airportNumbers(parts, leg.destination),
    localDay: dayNumberOf(leg.date),
    earliestMinute: Math.ceil(clock.nowMs() / minuteMs) + salesCloseMinutes,
    cabin: cabinsByNumber.indexOf(cabin),
    seats: passengers,
    // The schema allows these three.
    maximumStops: maxStops as TripQuestion['maximumStops'],
  });
}

/** Whether there is time between two legs; as for a connection where the second begins at the airport the first ends at. */
function canFollow({ schedule, connectingRule }: ItineraryParts, before: Trip, next: Trip): boolean {
  const [last, first] = [before.slots.at(-1) ?? 0, next.slots[0] ?? 0];
  const { origin, destination } = schedule.flights;
  const route = (slot: number) => schedule.routes.between(origin[slot] ?? 0, destination[slot] ?? 0);
  const [from, to] = [route(last), route(first)];
  const minutes = from && to && from.destination === to.origin ? connectingRule(from, to) : 0;
  return next.departure >= before.arrival + minutes;
}
