import { call } from '@jetbridge/testing/call.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestStartMs, type System, startSystem } from './system.ts';

const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const way = `origin=JFK&destination=LHR&date=${day}`;

/** Each search as it is asked rightly, and the parameters that it takes as a name of a place. */
const searches = {
  '/flights': way,
  '/itineraries': `${way}&maxStops=2`,
  '/fares/calendar': `origin=JFK&destination=LHR&month=${day.slice(0, 7)}`,
} as const;
type Search = keyof typeof searches;
const paths = Object.keys(searches) as Search[];

let system: System;
beforeAll(async () => {
  system = await startSystem({});
}, longestStartMs);
afterAll(() => system?.stop());

const ask = (path: Search, query: string, headers: Record<string, string> = {}) =>
  call(system.api, `GET ${path}?${query}`, { headers });

/** What a right question is answered with; prices of itineraries end at another second each time. */
async function rightAnswer(path: Search) {
  const { status, body } = await ask(path, searches[path]);
  expect([path, status]).toEqual([path, 200]);
  expect(body.data.length).toBeGreaterThan(0);
  return JSON.stringify(body.data, (name, value) => (name === 'id' || name === 'expiresAt' ? undefined : value));
}

async function expectRefused(path: Search, query: string): Promise<void> {
  const { status, headers, body } = await ask(path, query);
  expect([400, 422], `${path}?${query} → ${status}`).toContain(status);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body.requestId).toMatch(/^req_/);
  expect(JSON.stringify(body)).not.toMatch(/sqlite|sequelize|select |syntax|node_modules|\bat \w+ \(/i);
}

describe.each(paths)('GET %s', (path) => {
  const right = searches[path];

  test.each([
    'sort=price;DROP TABLE flights',
    "sort=price'--",
    'where[id]=1',
    'where[$gt]=',
    'attributes[0]=password',
    'include=users',
    'limit=1e9',
    'limit=-1',
    'limit=0',
    'limit=201',
    'limit=1;SELECT 1',
    'cursor=not-a-cursor',
    `cursor=${'a'.repeat(3_000)}`,
    'passengers=0',
    'passengers=10',
    'passengers[]=1',
    'cabin=economy&cabin=first',
    'cabin=__proto__',
    '__proto__=x',
    '__proto__[polluted]=yes',
    'constructor[prototype][polluted]=yes',
    'constructor.prototype.polluted=yes',
    'hasOwnProperty=x',
  ])('refuses %j', async (more) => {
    await expectRefused(path, `${right}&${encodeURI(more)}`);
  });

  test.each(['date', 'month'])('refuses a %s that is none', async (name) => {
    for (const value of ["2026-12-25' OR 1=1--", '2026-02-30', '9999999999', '[object Object]', '2026-12-25\0']) {
      await expectRefused(path, `${right.replace(/&(?:date|month)=[\d-]+/, '')}&${name}=${encodeURIComponent(value)}`);
    }
  });

  test('takes quotes in a place for a name that nobody has, also twice, and finds nothing', async () => {
    for (const place of [
      "JFK' OR '1'='1",
      '"; DROP TABLE flights; --',
      "O'Hare",
      '%',
      '_',
      'J_K',
      '__proto__',
      'constructor',
    ]) {
      const { status, body } = await ask(path, right.replace('=JFK', `=${encodeURIComponent(place)}`));
      expect([place, status, body.data]).toEqual([place, 200, []]);
    }
    await expectRefused(path, right.replace('=JFK', `=${encodeURIComponent('JFK\0')}`));
    await expectRefused(path, `${right}&origin=LHR`);
  });

  test('answers as before after names that objects inherit, in a query or in a header', async () => {
    const before = await rightAnswer(path);
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect((await ask(path, right, { [name]: '{"polluted":"yes"}' })).status).toBe(200);
      await expectRefused(path, `${right}&${name}[limit]=1`);
    }
    expect(await rightAnswer(path)).toBe(before);
  });
});

test('a cursor of one search is refused by another, and by the same search for something else', async () => {
  const { body } = await ask('/flights', `${way.replace('&destination=LHR', '')}&limit=1`);
  expect(body.nextCursor).toEqual(expect.any(String));
  const cursor = `cursor=${encodeURIComponent(body.nextCursor)}`;
  await expectRefused('/itineraries', `${searches['/itineraries']}&${cursor}`);
  await expectRefused('/flights', `${way}&${cursor}`);
  await expectRefused('/fares/calendar', `${searches['/fares/calendar']}&${cursor}`);
});

test.each([
  'JFK-LHR',
  `JFK-LHR:${day};DROP`,
  `JFK'-LHR:${day}`,
  'JFK-LHR:2026-02-30',
  `__proto__:${day}`,
  Array.from({ length: 7 }, () => `JFK-LHR:${day}`).join(),
])('legs of %j are refused', async (legs) => {
  await expectRefused('/itineraries', `legs=${encodeURIComponent(legs)}`);
});
