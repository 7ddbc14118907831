import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Route } from '../src/http/route.ts';
import { publicRoutes } from '../src/openapi/public-routes.ts';

const root = join(import.meta.dirname, '../../..');
const services = ['api-gateway', 'auth-service', 'flight-search-service', 'booking-service', 'reminder-service'];

/** Every route that a module of the contracts exports, by the name it has in code. */
const contractRoutes = await readContractRoutes();
const published = publicRoutes.map(({ route }) => route);

test('the registry of public routes holds every route of the contracts that is not for services, each once', () => {
  const expected = [...contractRoutes.values()].filter(({ access }) => access !== 'service');
  expect(idsOf(published)).toEqual(idsOf(expected));
});

test('no two routes share an address and a method', () => {
  const doors = [...contractRoutes.values()].map(({ service, method, path, access }) =>
    access === 'service' ? `${service} ${method} ${path}` : `${method} ${path}`,
  );
  expect(doors.filter((door, index) => doors.indexOf(door) !== index)).toEqual([]);
});

test('services bind nothing but routes of the contracts', () => {
  const unknown = services.flatMap(boundNamesOf).filter(({ name }) => !contractRoutes.has(name));
  expect(unknown).toEqual([]);
});

test.for(services.filter((service) => service !== 'api-gateway'))(
  '%s binds every public route that is published as its own, and no other',
  (service) => {
    const bound = boundNamesOf(service).flatMap(({ name }) => contractRoutes.get(name) ?? []);
    const expected = published.filter((route) => route.service === service);
    expect(idsOf(bound.filter(({ access }) => access !== 'service'))).toEqual(idsOf(expected));
  },
);

test('routes are defined in the contracts alone', () => {
  const outside = [...services, 'packages/service-kit']
    .flatMap((folder) => sourcesBelow(join(folder, 'src')))
    .filter((file) =>
      /\bdefineRoute\(|\.(?:get|post|put|patch|delete|all)\(\s*['"`]\//.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(root, file));
  // The kit answers /health and /ready of each process, which the gateway does not pass on to.
  expect(outside).toEqual(['packages/service-kit/src/http/app.ts']);
});

function idsOf(routes: readonly Route[]): string[] {
  return routes.map(({ id }) => id).toSorted();
}

async function readContractRoutes(): Promise<Map<string, Route>> {
  const routes = new Map<string, Route>();
  for (const file of sourcesBelow('packages/contracts/src')) {
    if (!readFileSync(file, 'utf8').includes('defineRoute(')) continue;
    const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
    for (const [name, value] of Object.entries(exported)) if (isRoute(value)) routes.set(name, value);
  }
  return routes;
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'access' in value && 'answer' in value && 'path' in value;
}

/** The names that stand as the first argument of `bindRoute`. */
function boundNamesOf(service: string): { file: string; name: string }[] {
  return sourcesBelow(join(service, 'src')).flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/\bbindRoute\(\s*([\w.]+)/g), ([, name = '']) => ({
      file: relative(root, file),
      name,
    })),
  );
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
