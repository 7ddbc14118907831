import { addressOf } from '@jetbridge/contracts/openapi/document.ts';
import { publicRoutes } from '@jetbridge/contracts/openapi/public-routes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { type System, startSystem, testAdmin } from './system.ts';

const callers = ['nobody', 'a forger', 'a user', 'an administrator'] as const;

let system: System;
/** Of the callers who have one. */
const tokens: Partial<Record<(typeof callers)[number], string>> = { 'a forger': 'forged' };
/** Ids that exist, by the route that reads them. */
const existing: Record<string, string> = {};

beforeAll(async () => {
  system = await startSystem({});
  const { api } = system;
  const user = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada Lovelace' };
  tokens['a user'] = (await checkedCall(api, 'POST /auth/register', { body: user })).body.accessToken;
  tokens['an administrator'] = (await checkedCall(api, 'POST /auth/login', { body: testAdmin })).body.accessToken;
  const [flight] = (await checkedCall(api, 'GET /flights?limit=1')).body.data;
  existing.readFlight = flight.id;
  existing.readAirplane = flight.airplane.id;
  existing.readAirport = flight.origin.code;
  existing.readAirline = flight.airline.code;
});
afterAll(() => system?.stop());

test('the document and the page about it are there for everybody', async () => {
  const document = await checkedCall(system.gateway, 'GET /openapi.json');
  expect(document.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Jetbridge' } });
  const page = await checkedCall(system.gateway, 'GET /docs');
  expect(page.status).toBe(200);
  expect(page.body).toContain('swagger-ui-bundle.js');
});

/** Whoever deletes their account has no access any more: that comes last. */
const routesToAsk = publicRoutes.toSorted(
  (one, other) => Number(one.route.id === 'deleteOwnAccount') - Number(other.route.id === 'deleteOwnAccount'),
);

test.for(routesToAsk.flatMap((published) => callers.map((caller) => ({ published, caller, id: published.route.id }))))(
  '$id answers $caller as the document says',
  async ({ published, caller }) => {
    const { route } = published;
    const path = addressOf(published, '/api/v1').replaceAll(/\{\w+\}/g, existing[route.id] ?? 'no-such-thing');
    const token = tokens[caller];
    const answer = await checkedCall(system.gateway, `${upperCase(route.method)} ${path}`, {
      ...(token ? { token } : {}),
      // Every body that is taken has a member that must be there, so nothing is written.
      ...(route.body ? { body: { unknown: true } } : {}),
    });
    expect(answer.body.code).not.toBe('not_found');
    if (route.access !== 'anyone' && (caller === 'nobody' || caller === 'a forger')) expect(answer.status).toBe(401);
    if (typeof route.access === 'object' && caller === 'a user') expect(answer.status).toBe(403);
    if (caller !== 'an administrator') return;
    expect([401, 403]).not.toContain(answer.status);
    if (route.id in existing) expect(answer.status).toBe(200);
  },
);

test.for(publicRoutes.filter(({ examples }) => examples.query))(
  'the example query of $route.id is taken',
  async (published) => {
    const query = Object.entries(published.examples.query ?? {}).map(
      ([name, value]) => `${name}=${encodeURIComponent(`${value}`)}`,
    );
    const token = tokens['an administrator'];
    const request = `GET ${addressOf(published, '/api/v1')}?${query.join('&')}` as const;
    const answer = await checkedCall(system.gateway, request, token ? { token } : {});
    expect([200, 404]).toContain(answer.status);
  },
);

test('a header that is no bearer token is refused, also where none is needed', async () => {
  const headers = { Authorization: 'Basic YWRhOnNlY3JldA==' };
  expect((await checkedCall(system.api, 'GET /airlines', { headers })).status).toBe(401);
});

test('an unknown address and a wrong method are problems too', async () => {
  expect((await checkedCall(system.api, 'GET /nothing/here')).status).toBe(404);
  expect((await checkedCall(system.api, 'PUT /airlines')).status).toBe(405);
});

function upperCase(method: 'get' | 'post' | 'put' | 'patch' | 'delete') {
  const methods = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;
  return methods[method];
}
