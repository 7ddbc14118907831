import { readFlightForSaleRoute } from '@jetbridge/contracts/flights/internal.ts';
import {
  createFlightRoute,
  deleteFlightRoute,
  readFlightImpactRoute,
  readFlightRoute,
  searchFlightsRoute,
  updateFlightRoute,
} from '@jetbridge/contracts/flights/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Seller } from '../clients/seller.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { FlightError } from '../domain/errors.ts';
import type { Schedule } from '../domain/search/schedule.ts';
import type { FlightFragments } from '../presenters/flight-fragments.ts';
import { flightTag, presentFlight, presentFlightForSale } from '../presenters/present-flight.ts';
import { createFlight } from '../use-cases/create-flight.ts';
import { deleteFlight } from '../use-cases/delete-flight.ts';
import type { ScheduleKeeper } from '../use-cases/keep-schedule.ts';
import { searchForFlights } from '../use-cases/search-flights.ts';
import { updateFlight } from '../use-cases/update-flight.ts';
import { answerJson, pageJson } from './answer-json.ts';
import { readIfMatch } from './if-match.ts';

export type FlightRouteParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly reference: ReferenceData;
  readonly schedule: Schedule;
  readonly keeper: ScheduleKeeper;
  readonly fragments: FlightFragments;
  readonly seller: Seller;
  readonly clock: Clock;
  readonly currency: string;
};

/** Searching, reading, scheduling and changing flights. */
export function flightRoutes(parts: FlightRouteParts): BoundRoute[] {
  const { flights, reference, fragments, currency } = parts;

  async function find(id: string | undefined) {
    const [record] = await flights.find([id ?? '']);
    const [references] = record ? await reference.referencesOf([record]) : [];
    if (record && references) return { record, references };
    throw new FlightError('flight_not_found', 'There is no such flight.');
  }

  return [
    bindRoute(searchFlightsRoute, async ({ query }) => {
      const { data, nextCursor } = searchForFlights(parts, query);
      return answerJson(
        pageJson(
          data.map(({ slot }) => fragments.jsonOf(slot)),
          nextCursor,
        ),
      );
    }),
    bindRoute(readFlightRoute, async ({ params }) => {
      const { record, references } = await find(params.id);
      return { body: presentFlight(record, references, currency), version: flightTag(record) };
    }),
    bindRoute(createFlightRoute, async ({ body, caller }) => {
      const { record, references } = await find((await createFlight(parts, caller.userId, body)).id);
      return { body: presentFlight(record, references, currency), version: flightTag(record) };
    }),
    bindRoute(updateFlightRoute, async ({ params: { id = '' }, body, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      await updateFlight(parts, { actor: caller.userId, flightId: id, change: body, ifVersion });
      const { record, references } = await find(id);
      return { body: presentFlight(record, references, currency), version: flightTag(record) };
    }),
    bindRoute(readFlightImpactRoute, async ({ params }) => {
      const { record } = await find(params.id);
      return { body: await parts.seller.impactOf(record.id) };
    }),
    bindRoute(deleteFlightRoute, async ({ params: { id = '' }, caller, header }) => {
      await deleteFlight(parts, { actor: caller.userId, flightId: id, ifVersion: readIfMatch(header('if-match')) });
      return { body: undefined };
    }),
    bindRoute(readFlightForSaleRoute, async ({ params }) => {
      const { record, references } = await find(params.id);
      return { body: presentFlightForSale(record, references, currency) };
    }),
  ];
}
