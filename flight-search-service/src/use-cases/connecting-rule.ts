import type { ReferenceData } from '../db/reference-data.ts';
import { type ConnectingAirport, connectingMinutes } from '../domain/search/connecting-times.ts';
import type { ConnectingRule } from '../domain/search/find-trips.ts';
import type { Schedule } from '../domain/search/schedule.ts';

/** Nobody changes at an airport that the catalogue does not know. */
const unknownAirport: ConnectingAirport = { country: '' };

/** How long changing takes, by the catalogue as it is: what of it matters is kept by the airports' numbers. */
export function createConnectingRule(schedule: Schedule, reference: ReferenceData): ConnectingRule {
  let airports: ConnectingAirport[] = [];
  let edition = reference.edition();

  function airportOf(number: number): ConnectingAirport {
    const kept = airports[number];
    if (kept) return kept;
    const airport = reference.airport(schedule.airports.codeOf(number)) ?? unknownAirport;
    airports[number] = airport;
    return airport;
  }

  return (from, to) => {
    if (edition !== reference.edition()) {
      edition = reference.edition();
      airports = [];
    }
    return connectingMinutes(airportOf(from.origin), airportOf(from.destination), airportOf(to.destination));
  };
}
