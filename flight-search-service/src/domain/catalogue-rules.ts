import type { Airline, Airplane, Airport, City } from '@jetbridge/contracts/flights/schemas.ts';
import { FlightError } from './errors.ts';
import { layoutProblem } from './fleet/seat-layout.ts';
import { isKnownZone } from './places/zone-offsets.ts';

type Item = City | Airport | Airline | Airplane;

/** What no schema can say. @throws FlightError `unknown_zone` or `bad_layout`. */
export function assertItem(item: Item): void {
  if ('timeZone' in item && !isKnownZone(item.timeZone)) {
    throw new FlightError('unknown_zone', 'must be an IANA time zone like Europe/London', '/timeZone');
  }
  const problem = 'cabins' in item ? layoutProblem(item.cabins) : undefined;
  if (problem !== undefined) throw new FlightError('bad_layout', problem, '/cabins');
}

/** Whether the change touches what flights were planned by: the days of an airport's clocks, the seats of an airplane. */
export function isBoundToFlights(before: Item, after: Item): boolean {
  const zoneOf = (item: Item) => ('timeZone' in item ? item.timeZone : '');
  const seatsOf = (item: Item) => ('cabins' in item ? JSON.stringify(item.cabins) : '');
  return zoneOf(before) !== zoneOf(after) || seatsOf(before) !== seatsOf(after);
}
