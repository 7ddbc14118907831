import { readFileSync } from 'node:fs';
import { airline, airport, city } from '@jetbridge/contracts/flights/schemas.ts';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import type { AirplaneType, Fleet } from '../domain/fleet/airplane-type.ts';
import type { Route } from '../domain/schedule/timetable.ts';

const folder = new URL('../../seed/', import.meta.url);

/** Columns of the airports' file that are numbers. */
const numbers: ReadonlySet<string> = new Set(['latitude', 'longitude']);

/** The world's airports that come with this service. */
export const readSeedAirports = () => readRows('airports.csv', airport);

/** The cities of those airports. */
export const readSeedCities = () => readRows('cities.csv', city);

/** Airlines that come with this service. */
export const readSeedAirlines = () => readRows('airlines.csv', airline);

/** The fleet that comes with this service, by type. */
export function readSeedFleet(): Fleet {
  // The file is part of this service; a test holds it against the form.
  const types = JSON.parse(readFileSync(new URL('airplanes.json', folder), 'utf8')) as AirplaneType[];
  return new Map(types.map((type) => [type.type, type]));
}

/** The routes of the world timetable. */
export function readSeedRoutes(): Route[] {
  // As above.
  return parse(readFileSync(new URL('routes.csv', folder)), { columns: true }) as Route[];
}

function readRows<T extends z.ZodType>(file: string, schema: T): z.infer<T>[] {
  const cast = (value: string, { column }: { column: string | number }) =>
    numbers.has(String(column)) ? Number(value) : value;
  const rows: unknown[] = parse(readFileSync(new URL(file, folder)), { columns: true, cast });
  return rows.map((row) => schema.parse(row));
}
