import {
  createAirlineRoute,
  createAirplaneRoute,
  createAirportRoute,
  createCityRoute,
  deleteAirlineRoute,
  deleteAirplaneRoute,
  deleteAirportRoute,
  deleteCityRoute,
  listAirlinesRoute,
  listAirplanesRoute,
  listAirportsRoute,
  listCitiesRoute,
  readAirlineRoute,
  readAirplaneRoute,
  readAirportRoute,
  readCityRoute,
  updateAirlineRoute,
  updateAirplaneRoute,
  updateAirportRoute,
  updateCityRoute,
} from '@jetbridge/contracts/flights/catalogue-routes.ts';
import type { Airplane } from '@jetbridge/contracts/flights/schemas.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Versioned } from '../db/catalogue.ts';
import type { CatalogueItem, CatalogueKind } from '../domain/catalogue.ts';
import { type CabinPlan, countSeats } from '../domain/fleet/seat-layout.ts';
import { browseCatalogue } from '../use-cases/browse-catalogue.ts';
import { addItem, type CatalogueParts, deleteItem, readItem, updateItem } from '../use-cases/change-catalogue.ts';
import { readIfMatch } from './if-match.ts';

/** Cities, airports, airlines and airplanes: for anyone to look at, for staff to change. */
export function catalogueRoutes(parts: CatalogueParts): BoundRoute[] {
  return [...cityRoutes(parts), ...airportRoutes(parts), ...airlineRoutes(parts), ...airplaneRoutes(parts)];
}

function cityRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'city');
  return [
    bindRoute(listCitiesRoute, ({ query }) => list(query)),
    bindRoute(readCityRoute, ({ params: { code = '' } }) => read(code)),
    bindRoute(createCityRoute, async ({ body }) => reply(await addItem(parts, 'city', body))),
    bindRoute(updateCityRoute, ({ params: { code = '' }, body, header }) =>
      change(code, header, (city) => ({ ...city, ...given(body) })),
    ),
    bindRoute(deleteCityRoute, ({ params: { code = '' }, header }) => remove(code, header)),
  ];
}

function airportRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airport');
  return [
    bindRoute(listAirportsRoute, ({ query }) => list(query)),
    bindRoute(readAirportRoute, ({ params: { code = '' } }) => read(code)),
    bindRoute(createAirportRoute, async ({ body }) => reply(await addItem(parts, 'airport', given(body)))),
    bindRoute(updateAirportRoute, ({ params: { code = '' }, body, header }) =>
      change(code, header, (airport) => ({ ...airport, ...given(body) })),
    ),
    bindRoute(deleteAirportRoute, ({ params: { code = '' }, header }) => remove(code, header)),
  ];
}

function airlineRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airline');
  return [
    bindRoute(listAirlinesRoute, ({ query }) => list(query)),
    bindRoute(readAirlineRoute, ({ params: { code = '' } }) => read(code)),
    bindRoute(createAirlineRoute, async ({ body }) => reply(await addItem(parts, 'airline', body))),
    bindRoute(updateAirlineRoute, ({ params: { code = '' }, body, header }) =>
      change(code, header, (airline) => ({ ...airline, ...body })),
    ),
    bindRoute(deleteAirlineRoute, ({ params: { code = '' }, header }) => remove(code, header)),
  ];
}

function airplaneRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airplane');
  return [
    bindRoute(listAirplanesRoute, ({ query }) => list(query)),
    bindRoute(readAirplaneRoute, ({ params: { id = '' } }) => read(id)),
    bindRoute(createAirplaneRoute, async ({ body: { cabins, ...rest } }) =>
      reply(await addItem(parts, 'airplane', { id: newId('apl'), ...given(rest), cabins: withSeats(cabins) })),
    ),
    bindRoute(updateAirplaneRoute, ({ params: { id = '' }, body: { cabins, ...rest }, header }) =>
      change(id, header, (airplane) => ({
        ...airplane,
        ...given(rest),
        ...(cabins ? { cabins: withSeats(cabins) } : {}),
      })),
    ),
    bindRoute(deleteAirplaneRoute, ({ params: { id = '' }, header }) => remove(id, header)),
  ];
}

type Header = (name: string) => string | undefined;

/** What is the same for every kind. */
function doorsOf<Kind extends CatalogueKind>(parts: CatalogueParts, kind: Kind) {
  const versionOf = (header: Header) => readIfMatch(header('if-match'));
  return {
    list: async (query: { q?: string | undefined; cursor?: string | undefined; limit: number }) => ({
      body: await browseCatalogue(parts.catalogue, kind, query),
    }),
    read: async (key: string) => reply(await readItem(parts, kind, key)),
    change: async (key: string, header: Header, change: (before: CatalogueItem<Kind>) => CatalogueItem<Kind>) =>
      reply(await updateItem(parts, { kind, key, change, ifVersion: versionOf(header) })),
    remove: async (key: string, header: Header) => {
      await deleteItem(parts, { kind, key, ifVersion: versionOf(header) });
      return { body: undefined };
    },
  };
}

const reply = <T>({ item, version }: Versioned<T>) => ({ body: item, version });

/** Without the fields that were left out, which zod may hand over as undefined. */
function given<T extends object>(body: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  // Only what is undefined was taken out.
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}

function withSeats(cabins: readonly (CabinPlan | GivenPlan)[]): Airplane['cabins'] {
  return cabins.map((cabin) => {
    const plan = given(cabin) as CabinPlan;
    return { ...plan, seats: countSeats(plan) };
  });
}

/** A cabin as it is given: exit rows may be there as undefined. */
type GivenPlan = Omit<CabinPlan, 'exitRows'> & { readonly exitRows?: number[] | undefined };
