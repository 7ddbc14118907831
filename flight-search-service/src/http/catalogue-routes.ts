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
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
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
    bindRoute(createCityRoute, async ({ body, caller }) => reply(await addItem(parts, caller.userId, 'city', body))),
    bindRoute(updateCityRoute, ({ params: { code = '' }, body, ...request }) =>
      change(code, request, (city) => ({ ...city, ...given(body) })),
    ),
    bindRoute(deleteCityRoute, ({ params: { code = '' }, ...request }) => remove(code, request)),
  ];
}

function airportRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airport');
  return [
    bindRoute(listAirportsRoute, ({ query }) => list(query)),
    bindRoute(readAirportRoute, ({ params: { code = '' } }) => read(code)),
    bindRoute(createAirportRoute, async ({ body, caller }) =>
      reply(await addItem(parts, caller.userId, 'airport', given(body))),
    ),
    bindRoute(updateAirportRoute, ({ params: { code = '' }, body, ...request }) =>
      change(code, request, (airport) => ({ ...airport, ...given(body) })),
    ),
    bindRoute(deleteAirportRoute, ({ params: { code = '' }, ...request }) => remove(code, request)),
  ];
}

function airlineRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airline');
  return [
    bindRoute(listAirlinesRoute, ({ query }) => list(query)),
    bindRoute(readAirlineRoute, ({ params: { code = '' } }) => read(code)),
    bindRoute(createAirlineRoute, async ({ body, caller }) =>
      reply(await addItem(parts, caller.userId, 'airline', body)),
    ),
    bindRoute(updateAirlineRoute, ({ params: { code = '' }, body, ...request }) =>
      change(code, request, (airline) => ({ ...airline, ...body })),
    ),
    bindRoute(deleteAirlineRoute, ({ params: { code = '' }, ...request }) => remove(code, request)),
  ];
}

function airplaneRoutes(parts: CatalogueParts): BoundRoute[] {
  const { list, read, change, remove } = doorsOf(parts, 'airplane');
  return [
    bindRoute(listAirplanesRoute, ({ query }) => list(query)),
    bindRoute(readAirplaneRoute, ({ params: { id = '' } }) => read(id)),
    bindRoute(createAirplaneRoute, async ({ body: { cabins, ...rest }, caller }) =>
      reply(
        await addItem(parts, caller.userId, 'airplane', {
          id: newId('apl'),
          ...given(rest),
          cabins: withSeats(cabins),
        }),
      ),
    ),
    bindRoute(updateAirplaneRoute, ({ params: { id = '' }, body: { cabins, ...rest }, ...request }) =>
      change(id, request, (airplane) => ({
        ...airplane,
        ...given(rest),
        ...(cabins ? { cabins: withSeats(cabins) } : {}),
      })),
    ),
    bindRoute(deleteAirplaneRoute, ({ params: { id = '' }, ...request }) => remove(id, request)),
  ];
}

/** Of a request that changes something: who makes it, and the version it was made for. */
type Changing = { readonly caller: Caller; readonly header: (name: string) => string | undefined };

/** What is the same for every kind. */
function doorsOf<Kind extends CatalogueKind>(parts: CatalogueParts, kind: Kind) {
  const asked = (key: string, { caller, header }: Changing) => ({
    kind,
    key,
    actor: caller.userId,
    ifVersion: readIfMatch(header('if-match')),
  });
  return {
    list: async (query: { q?: string | undefined; cursor?: string | undefined; limit: number }) => ({
      body: await browseCatalogue(parts.catalogue, kind, query),
    }),
    read: async (key: string) => reply(await readItem(parts, kind, key)),
    change: async (key: string, by: Changing, change: (before: CatalogueItem<Kind>) => CatalogueItem<Kind>) =>
      reply(await updateItem(parts, { ...asked(key, by), change })),
    remove: async (key: string, by: Changing) => {
      await deleteItem(parts, asked(key, by));
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
