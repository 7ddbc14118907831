import {
  listAirlinesRoute,
  listAirplanesRoute,
  listAirportsRoute,
  readAirlineRoute,
  readAirplaneRoute,
  readAirportRoute,
} from '@jetbridge/contracts/flights/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { FlightError, type FlightErrorCode } from '../domain/errors.ts';
import { browseCatalogue } from '../use-cases/browse-catalogue.ts';

/** Airports, airlines and airplanes, for whoever wants to look. */
export function catalogueRoutes(catalogue: Catalogue, reference: ReferenceData): BoundRoute[] {
  /** From memory, or after a look into the database, where another process may have added it. */
  async function find<T>(lookUp: () => T | undefined, code: FlightErrorCode, detail: string): Promise<T> {
    if (lookUp() === undefined) await reference.reloadIfStale();
    const found = lookUp();
    if (found === undefined) throw new FlightError(code, detail);
    return found;
  }

  return [
    bindRoute(listAirportsRoute, async ({ query }) => ({
      body: await browseCatalogue(catalogue.listAirports, ({ code }) => code, query),
    })),
    bindRoute(readAirportRoute, async ({ params: { code = '' } }) => ({
      body: await find(() => reference.airport(code), 'airport_not_found', 'There is no such airport.'),
    })),
    bindRoute(listAirlinesRoute, async ({ query }) => ({
      body: await browseCatalogue(catalogue.listAirlines, ({ code }) => code, query),
    })),
    bindRoute(readAirlineRoute, async ({ params: { code = '' } }) => ({
      body: await find(() => reference.airline(code), 'airline_not_found', 'There is no such airline.'),
    })),
    bindRoute(listAirplanesRoute, async ({ query }) => ({
      body: await browseCatalogue(catalogue.listAirplanes, ({ id }) => id, query),
    })),
    bindRoute(readAirplaneRoute, async ({ params: { id = '' } }) => ({
      body: await find(() => reference.airplane(id), 'airplane_not_found', 'There is no such airplane.'),
    })),
  ];
}
