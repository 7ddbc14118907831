import { readFlightForSaleRoute } from '@jetbridge/contracts/flights/internal.ts';
import {
  createFlightRoute,
  deleteFlightRoute,
  readFlightRoute,
  searchFlightsRoute,
  updateFlightRoute,
} from '@jetbridge/contracts/flights/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Seller } from '../clients/seller.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { SearchFlights } from '../db/flight-search.ts';
import type { Flights } from '../db/flights.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { FlightError } from '../domain/errors.ts';
import type { FlightRecord } from '../domain/flight.ts';
import { flightTag, presentFlight, presentFlightForSale } from '../presenters/present-flight.ts';
import { createFlight } from '../use-cases/create-flight.ts';
import { deleteFlight } from '../use-cases/delete-flight.ts';
import { searchForFlights } from '../use-cases/search-flights.ts';
import { updateFlight } from '../use-cases/update-flight.ts';
import { readIfMatch } from './if-match.ts';

export type FlightRouteParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly reference: ReferenceData;
  readonly searchFlights: SearchFlights;
  readonly seller: Seller;
  readonly clock: Clock;
  readonly currency: string;
};

/** Searching, reading, scheduling and changing flights. */
export function flightRoutes(parts: FlightRouteParts): BoundRoute[] {
  const { flights, reference, currency } = parts;

  async function present(records: readonly FlightRecord[]) {
    const references = await reference.referencesOf(records);
    return records.flatMap((record, index) => {
      const of = references[index];
      return of ? presentFlight(record, of, currency) : [];
    });
  }

  async function find(id: string | undefined) {
    const [record] = await flights.find([id ?? '']);
    const [references] = record ? await reference.referencesOf([record]) : [];
    if (record && references) return { record, references };
    throw new FlightError('flight_not_found', 'There is no such flight.');
  }

  return [
    bindRoute(searchFlightsRoute, async ({ query }) => {
      const { data, nextCursor } = await searchForFlights(parts, query);
      return { body: { data: await present(data), nextCursor } };
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
