import { expect, test } from 'vitest';
import { createPlaces } from './places.ts';

const places = createPlaces(
  [
    { code: 'JFK', cityCode: 'NYC', city: 'New York' },
    { code: 'EWR', cityCode: 'NYC', city: 'Newark' },
    { code: 'ZRH', cityCode: 'ZRH', city: 'Zürich' },
    { code: 'SJC', cityCode: 'SJC', city: 'San Jose' },
    { code: 'SJO', cityCode: 'SJO', city: 'San José' },
  ],
  [
    { code: 'ZRH', name: 'Turicum' },
    { code: 'SJC', name: 'San Jose' },
    { code: 'XXX', name: 'Nowhere' },
  ],
);

test.for([
  ['JFK', ['JFK']],
  [' jfk ', ['JFK']],
  ['NYC', ['JFK', 'EWR']],
  ['New York', ['JFK', 'EWR']],
  ['newark', ['JFK', 'EWR']],
  ['ZURICH', ['ZRH']],
  ['ZRH', ['ZRH']],
  ['San José', []],
  ['turicum', ['ZRH']],
  ['Nowhere', []],
  ['New', []],
  ['__proto__', []],
  ['', []],
] as const)('%s names the airports %j', ([place, codes]) => {
  expect(places.airportCodesOf(place)).toEqual(codes);
});
